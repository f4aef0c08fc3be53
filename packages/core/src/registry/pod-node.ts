import type { ClusterName } from '../domain/cluster-name.ts';
import type { Pod } from '../domain/pod.ts';
import { parseRegistration } from '../domain/registration.ts';

/** A child of a cluster's `pods`, by its name: `<key>.<10-digit sequence>`. */
export interface PodNode {
  readonly name: string;
  readonly key: string;
  /** ZooKeeper's suffix: the pod's seq on its first registration, only an age on later ones. */
  readonly suffix: number;
}

/** @returns `undefined` for a name that is no pod's */
export function parsePodNode(name: string): PodNode | undefined {
  const [, key, digits] = /^(.+)\.(\d{10})$/.exec(name) ?? [];
  return key === undefined ? undefined : { name, key, suffix: Number(digits) };
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

/**
 * Read a pod from its node.
 *
 * @throws {OchoError} `INVALID_INPUT` when its data is empty, half written or garbage
 */
export function readPod(name: ClusterName, node: PodNode, data: string): Pod {
  const registration = parseRegistration(data);
  const seq = registration.seq ?? node.suffix;
  return { name, key: node.key, seq, registration: { ...registration, seq } };
}
