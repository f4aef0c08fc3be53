import type { ClusterName } from '../domain/cluster-name.ts';
import { isPodKey, type Pod } from '../domain/pod.ts';
import { parseRegistration } from '../domain/registration.ts';
import { failureOf, OchoError } from '../errors.ts';
import type { Znode } from '../zookeeper/session.ts';

/** A child of a cluster's `pods`, by its name: `<key>.<10-digit sequence>`. */
export interface PodNode {
  readonly name: string;
  readonly key: string;
  /** ZooKeeper's suffix: the pod's seq on its first registration, only an age on later ones. */
  readonly suffix: number;
}

/** @returns `undefined` for a name that is no pod's */
export function parsePodNode(name: string): PodNode | undefined {
  const [, key = '', digits] = /^(.+)\.(\d{10})$/.exec(name) ?? [];
  return isPodKey(key) ? { name, key, suffix: Number(digits) } : undefined;
}

/**
 * Of a pod's nodes only the newest counts: one of a session that has not timed out yet may stand beside it.
 *
 * @returns one node per key
 */
export function newestPerKey(nodes: readonly PodNode[]): PodNode[] {
  const newest = new Map<string, PodNode>();
  for (const node of nodes) {
    const known = newest.get(node.key);
    if (known === undefined || known.suffix < node.suffix) newest.set(node.key, node);
  }
  return [...newest.values()];
}

/** A node that is there and cannot be read as a pod. */
export interface UnreadableNode {
  /** Its name under the cluster's `pods`. */
  readonly node: string;
  readonly error: OchoError;
  /** Nothing is written yet: agents of 2015 come in two steps. */
  readonly isComing: boolean;
}

/**
 * How often a registration may be written before its pod is set aside: an agent does it once or twice, and each time that
 * it says something else its cluster is configured again, with everybody who depends on it.
 */
export const MOST_WRITES = 32;

type Written = Pick<Znode, 'data' | 'version'>;

/** Read a pod from its node. Whatever is wrong with its data costs this pod only. */
export function readPod(name: ClusterName, node: PodNode, { data, version }: Written): Pod | UnreadableNode {
  try {
    if (version > MOST_WRITES) throw restless();
    const registration = parseRegistration(data);
    const seq = registration.seq ?? node.suffix;
    return { name, key: node.key, seq, registration: { ...registration, seq } };
  } catch (error) {
    return { node: node.name, error: failureOf(node.name, error), isComing: data.trim() === '' };
  }
}

export function isUnreadable(read: Pod | UnreadableNode): read is UnreadableNode {
  return 'error' in read;
}

function restless(): OchoError {
  return new OchoError(`it was written more than ${MOST_WRITES} times, and an agent does that once or twice`, {
    code: 'INVALID_INPUT',
    hint: 'Find out who writes it; a pod that registers anew, as by `reset`, is taken in again.',
  });
}
