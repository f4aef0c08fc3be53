import type { ClusterName } from '../domain/cluster-name.ts';
import type { Registrations } from '../domain/pod.ts';
import { parseSnapshot } from '../domain/snapshot.ts';
import type { Session } from '../zookeeper/session.ts';
import { snapshotPath } from './paths.ts';
import { WatchGroup } from './watch-group.ts';
import { watchPods } from './watch-pods.ts';

export interface ConfiguredPods {
  /** As the cluster's leader configured them last, as far as it is known. */
  readonly pods: Registrations;
  /** Whether that is how things stand: `false` while pods live of which no configuration is told at present. */
  readonly settled: boolean;
}

/** What a cluster shows to those who depend on it, now and after every change. */
export async function* watchConfiguredPods(
  session: Session,
  name: ClusterName,
  signal: AbortSignal,
): AsyncGenerator<ConfiguredPods, never> {
  const group = new WatchGroup(signal);
  let pods: Registrations = {};
  let settled: boolean | undefined;
  group.start('snapshot', followSnapshot);
  try {
    for (;;) {
      await group.next();
      if (settled !== undefined) yield { pods, settled };
    }
  } finally {
    group.end();
  }

  async function followSnapshot(watching: AbortSignal): Promise<void> {
    for await (const znode of session.watchNode(snapshotPath(name), watching)) {
      const configured = parseSnapshot(znode?.data ?? '');
      group.stop('members');
      if (Object.keys(configured).length === 0) {
        settled = undefined;
        group.start('members', followMembers);
        continue;
      }
      pods = configured;
      settled = true;
      group.changed();
    }
  }

  /** Only looked at while the snapshot says nothing: is that because nobody lives there? */
  async function followMembers(watching: AbortSignal): Promise<void> {
    for await (const { pods: members, unreadable } of watchPods(session, name, watching)) {
      // Seen before the snapshot said something, and told only now.
      if (watching.aborted) return;
      settled =
        !unreadable.some(({ isComing }) => isComing) &&
        members.every(({ registration }) => registration.dead === 'true');
      if (settled) pods = {};
      group.changed();
    }
  }
}
