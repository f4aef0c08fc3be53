import * as v from 'valibot';
import { findCircle } from '../domain/circle.ts';
import { type ClusterName, isClusterName, parseClusterName, qualified } from '../domain/cluster-name.ts';
import { MAX_PATTERN_LENGTH } from '../domain/fnmatch.ts';
import type { Session } from '../zookeeper/session.ts';
import { CLUSTERS_PATH, needsPath } from './paths.ts';
import { WatchGroup } from './watch-group.ts';

/**
 * The clusters that one depends on in a circle, now and after every change: each would wait for the other to be configured
 * first. Leaders of 2015 do not tell what they need, so that a circle with them is not seen.
 *
 * @param entries what the cluster depends on, as in `depends_on`
 */
export async function* watchCircle(
  session: Session,
  { entries, own }: { readonly entries: readonly string[]; readonly own: ClusterName },
  signal: AbortSignal,
): AsyncGenerator<readonly string[], never> {
  const group = new WatchGroup(signal);
  const known = new Map<string, readonly string[]>([[qualified(own), entries]]);
  let clusters: readonly string[] = [];
  let told: string | undefined;
  group.start('the list', followList);
  try {
    for (;;) {
      await group.next();
      const circle = await look();
      if (circle.join() !== told) yield circle;
      told = circle.join();
    }
  } finally {
    group.end();
  }

  async function look(): Promise<readonly string[]> {
    const { reachable, circle } = findCircle({ own, clusters, entries: known });
    await group.keep(new Set(['the list', ...reachable]), followNeeds);
    return circle;
  }

  async function followList(watching: AbortSignal): Promise<void> {
    for await (const children of session.watchChildren(CLUSTERS_PATH, watching)) {
      clusters = (children ?? []).filter(isClusterName);
      group.changed();
    }
  }

  async function followNeeds(name: string, watching: AbortSignal): Promise<void> {
    for await (const znode of session.watchNode(needsPath(parseClusterName(name)), watching)) {
      if (watching.aborted) return;
      known.set(name, parseNeeds(znode?.data ?? ''));
      group.changed();
    }
  }
}

/** Enough for anybody. */
const MAX_ENTRIES = 1000;

const NeedsSchema = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_PATTERN_LENGTH))),
  v.maxLength(MAX_ENTRIES),
);

/** What is no such list is nothing that anybody needs. */
function parseNeeds(text: string): readonly string[] {
  try {
    return v.parse(NeedsSchema, JSON.parse(text));
  } catch {
    return [];
  }
}
