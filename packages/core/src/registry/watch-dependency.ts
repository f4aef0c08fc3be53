import { type ClusterName, dependencyMatcher, isClusterName, parseClusterName } from '../domain/cluster-name.ts';
import type { Registrations } from '../domain/pod.ts';
import type { Session } from '../zookeeper/session.ts';
import { CLUSTERS_PATH } from './paths.ts';
import { type ConfiguredPods, watchConfiguredPods } from './watch-configured-pods.ts';
import { WatchGroup } from './watch-group.ts';

/** What a `depends_on` entry stands for at one moment. */
export interface DependencyNow {
  /** The pods of every matching cluster as its leader configured them last. */
  readonly pods: Registrations;
  /** Matching clusters that have pods and of which no configuration is known yet: wait for them. */
  readonly awaited: readonly string[];
}

/**
 * A dependency now, and again after every change that means something.
 *
 * A snapshot that is empty or gone while its cluster still has living pods is no news: their leader changed, or is about
 * to configure them for the first time. What was known before stands until the next configuration.
 *
 * @param entry as in `depends_on`; globs pick up clusters that appear later
 * @param own the cluster that depends
 */
export async function* watchDependency(
  session: Session,
  { entry, own }: { readonly entry: string; readonly own: ClusterName },
  signal: AbortSignal,
): AsyncGenerator<DependencyNow, never> {
  const group = new WatchGroup(signal);
  const meant = dependencyMatcher(entry, own);
  const known = new Map<string, ConfiguredPods>();
  let listed: readonly string[] | undefined;
  group.start('the list', followList);
  try {
    for (;;) {
      await group.next();
      if (known.size === listed?.length) yield summarize(known);
    }
  } finally {
    group.end();
  }

  async function followList(watching: AbortSignal): Promise<void> {
    for await (const children of session.watchChildren(CLUSTERS_PATH, watching)) {
      const names = (children ?? []).filter((name) => isClusterName(name) && meant(name));
      for (const name of known.keys()) if (!names.includes(name)) known.delete(name);
      listed = names;
      await group.keep(new Set(['the list', ...names]), followCluster);
      group.changed();
    }
  }

  async function followCluster(name: string, watching: AbortSignal): Promise<void> {
    for await (const cluster of watchConfiguredPods(session, parseClusterName(name), watching)) {
      // Seen before it was struck off the list, and told only now.
      if (watching.aborted) return;
      known.set(name, cluster);
      group.changed();
    }
  }
}

function summarize(known: ReadonlyMap<string, ConfiguredPods>): DependencyNow {
  const clusters = [...known].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    pods: Object.fromEntries(clusters.flatMap(([, { pods }]) => Object.entries(pods))),
    awaited: clusters
      .filter(([, { pods, settled }]) => !settled && Object.keys(pods).length === 0)
      .map(([name]) => name),
  };
}
