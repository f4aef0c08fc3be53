import type { ClusterName } from '../domain/cluster-name.ts';
import { type Pod, toldApart } from '../domain/pod.ts';
import { OchoError } from '../errors.ts';
import type { Session } from '../zookeeper/session.ts';
import { podsPath } from './paths.ts';
import { isUnreadable, newestPerKey, type PodNode, parsePodNode, readPod, type UnreadableNode } from './pod-node.ts';
import { WatchGroup } from './watch-group.ts';

/** Who is registered in a cluster at one moment. */
export interface ClusterMembers {
  /** In the order of seq; those shut down for good too, told by `registration.dead`. */
  readonly pods: readonly Pod[];
  /** Nodes that cannot be read as a pod. */
  readonly unreadable: readonly UnreadableNode[];
}

/**
 * The members of a cluster now, and again after every change of their list or of what they wrote.
 *
 * One read and one watch for each pod, so a change costs as many reads as pods changed.
 */
export async function* watchPods(
  session: Session,
  name: ClusterName,
  signal: AbortSignal,
): AsyncGenerator<ClusterMembers, never> {
  const group = new WatchGroup(signal);
  const members = new Map<string, Pod | UnreadableNode>();
  let listed = new Map<string, PodNode>();
  group.start('the list', followList);
  try {
    for (;;) {
      await group.next();
      if (members.size === listed.size) yield summarize(members);
    }
  } finally {
    group.end();
  }

  async function followList(watching: AbortSignal): Promise<void> {
    for await (const children of session.watchChildren(podsPath(name), watching)) {
      const nodes = newestPerKey((children ?? []).map(parsePodNode).filter((node) => node !== undefined));
      listed = new Map(nodes.map((node) => [node.name, node]));
      for (const known of members.keys()) if (!listed.has(known)) members.delete(known);
      await group.keep(new Set(['the list', ...listed.keys()]), followNode);
      group.changed();
    }
  }

  async function followNode(nodeName: string, watching: AbortSignal): Promise<void> {
    const node = listed.get(nodeName) as PodNode;
    for await (const znode of session.watchNode(`${podsPath(name)}/${nodeName}`, watching)) {
      // Seen before it was struck off the list, and told only now.
      if (watching.aborted) return;
      // Gone between the list and the read: the next list will not have it.
      members.set(nodeName, znode === undefined ? justLeft(nodeName) : readPod(name, node, znode));
      group.changed();
    }
  }
}

function justLeft(node: string): UnreadableNode {
  return { node, error: new OchoError('it just left', { code: 'NOT_FOUND' }), isComing: true };
}

function summarize(members: ReadonlyMap<string, Pod | UnreadableNode>): ClusterMembers {
  const contents = [...members.values()];
  return {
    pods: toldApart(contents.filter((content): content is Pod => !isUnreadable(content))).sort(
      (left, right) => left.seq - right.seq,
    ),
    unreadable: contents.filter(isUnreadable),
  };
}
