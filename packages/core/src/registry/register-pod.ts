import type { ClusterName } from '../domain/cluster-name.ts';
import { OchoError } from '../errors.ts';
import type { Session } from '../zookeeper/session.ts';
import { podsPath } from './paths.ts';
import { parsePodNode } from './pod-node.ts';

export interface NewRegistration {
  readonly name: ClusterName;
  /** UUID of the agent process; it never registers under another. */
  readonly key: string;
  /** What to write, without `seq`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The number that the pod was given when it registered first; `undefined` the first time. */
  readonly seq: number | undefined;
  /** Told the number once it is known: others may have seen it by then, whatever still fails. */
  readonly onNumber?: (seq: number) => void;
}

export interface Registered {
  readonly path: string;
  readonly seq: number;
  /** The transaction that created the node. */
  readonly czxid: bigint;
}

/**
 * Enter a pod into its cluster's list, for the life of the session.
 *
 * A node that an earlier session of the same pod left behind is removed, so that there is exactly one. The number is
 * the suffix of the pod's first node, which ZooKeeper tells only once the node exists; readers take the suffix for it
 * until it has been written as well.
 *
 * @throws {OchoError} `NOT_FOUND` when somebody deletes the node meanwhile
 */
export async function registerPod(session: Session, pod: NewRegistration, signal: AbortSignal): Promise<Registered> {
  const parent = podsPath(pod.name);
  await session.ensure(parent, signal);
  const prefix = `${pod.key}.`;
  const node = await session.createTicket({ parent, prefix, data: registrationData(pod) }, signal);
  const path = `${parent}/${node}`;
  const seq = pod.seq ?? (parsePodNode(node)?.suffix as number);
  pod.onNumber?.(seq);
  if (pod.seq === undefined) await session.set(path, registrationData({ ...pod, seq }), signal);
  else await removeOlderNodes(session, { parent, prefix, node }, signal);
  const created = await session.get(path, signal);
  if (created === undefined) throw new OchoError(`${path} was deleted at once`, { code: 'NOT_FOUND' });
  return { path, seq, czxid: created.czxid };
}

interface OwnNodes {
  readonly parent: string;
  readonly prefix: string;
  readonly node: string;
}

async function removeOlderNodes(
  session: Session,
  { parent, prefix, node }: OwnNodes,
  signal: AbortSignal,
): Promise<void> {
  const nodes = (await session.children(parent, signal)) ?? [];
  const older = nodes.filter((name) => name.startsWith(prefix) && name !== node);
  await Promise.all(older.map((name) => session.remove(`${parent}/${name}`, signal)));
}

/** The JSON that stands in the pod's node. */
export function registrationData({ fields, seq }: Pick<NewRegistration, 'fields' | 'seq'>): string {
  return JSON.stringify(seq === undefined ? fields : { ...fields, seq });
}
