import { type ClusterName, dependencyMatcher, isClusterName, parseClusterName } from '../domain/cluster-name.ts';
import type { Registrations } from '../domain/pod.ts';
import type { Session } from '../zookeeper/session.ts';
import { CLUSTERS_PATH } from './paths.ts';
import { type ConfiguredPods, watchConfiguredPods } from './watch-configured-pods.ts';
import { WatchGroup } from './watch-group.ts';

/** What the `depends_on` entries of a cluster stand for at one moment: one that two of them mean is the same in both. */
export interface DependenciesNow {
  /** By entry: the pods of every matching cluster as its leader configured them last. */
  readonly pods: ReadonlyMap<string, Registrations>;
  /** Matching clusters that have pods and of which no configuration is known yet: wait for them. */
  readonly awaited: readonly string[];
}

/**
 * The dependencies of a cluster now, and again after every change that means something.
 *
 * A snapshot that is empty or gone while its cluster still has living pods is no news: their leader changed, or is about
 * to configure them for the first time. What was known before stands until the next configuration.
 *
 * @param entries as in `depends_on`; globs pick up clusters that appear later
 * @param own the cluster that depends
 */
export async function* watchDependencies(
  session: Session,
  { entries, own }: { readonly entries: readonly string[]; readonly own: ClusterName },
  signal: AbortSignal,
): AsyncGenerator<DependenciesNow, never> {
  const group = new WatchGroup(signal);
  const meant = new Map(entries.map((entry) => [entry, dependencyMatcher(entry, own)]));
  const known = new Map<string, ConfiguredPods>();
  let listed: readonly string[] | undefined;
  group.start('the list', followList);
  try {
    for (;;) {
      await group.next();
      if (known.size === listed?.length) yield summarize(known, meant);
    }
  } finally {
    group.end();
  }

  async function followList(watching: AbortSignal): Promise<void> {
    const matchers = [...meant.values()];
    for await (const children of session.watchChildren(CLUSTERS_PATH, watching)) {
      const names = (children ?? []).filter((name) => isClusterName(name) && matchers.some((matches) => matches(name)));
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

function summarize(
  known: ReadonlyMap<string, ConfiguredPods>,
  meant: ReadonlyMap<string, (name: string) => boolean>,
): DependenciesNow {
  const clusters = [...known].sort(([left], [right]) => (left < right ? -1 : 1));
  const podsOf = (matches: (name: string) => boolean): Registrations =>
    Object.fromEntries(clusters.flatMap(([name, { pods }]) => (matches(name) ? Object.entries(pods) : [])));
  return {
    pods: new Map([...meant].map(([entry, matches]) => [entry, podsOf(matches)])),
    awaited: clusters
      .filter(([, { pods, settled }]) => !settled && Object.keys(pods).length === 0)
      .map(([name]) => name),
  };
}
