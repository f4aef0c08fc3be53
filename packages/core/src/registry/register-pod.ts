import type { ClusterName } from '../domain/cluster-name.ts';
import { OchoError } from '../errors.ts';
import type { Session } from '../zookeeper/session.ts';
import { holdNumber, holdStep, isDone } from './hold-number.ts';
import { numberPath, numbersPath, podsPath } from './paths.ts';
import { parsePodNode } from './pod-node.ts';

export interface NewRegistration {
  readonly name: ClusterName;
  /** UUID of the agent process; it never registers under another. */
  readonly key: string;
  /** What to write, without `seq`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The number that the pod was given when it registered first; `undefined` the first time. */
  readonly seq: number | undefined;
  /** Told each number that others may have seen by then, whatever still fails; the last one counts. */
  readonly onNumber?: (seq: number) => void;
}

export interface Registered {
  readonly path: string;
  readonly seq: number;
  /** The znode by which it holds its number. */
  readonly numberPath: string;
  /** The transaction that created the node. */
  readonly czxid: bigint;
}

/**
 * Enter a pod into its cluster's list, for the life of the session.
 *
 * A node that an earlier session of the same pod left behind is removed, so that there is exactly one. The number is
 * the suffix of the pod's first node, which ZooKeeper tells only once the node exists; readers take the suffix for it
 * until it has been written as well. A number that another pod holds is not taken, and one of our own is given up then:
 * see `holdNumber`.
 *
 * @throws {OchoError} `NOT_FOUND` when somebody deletes the node meanwhile
 */
export async function registerPod(session: Session, pod: NewRegistration, signal: AbortSignal): Promise<Registered> {
  const { name, key, onNumber = () => {} } = pod;
  const parent = podsPath(name);
  await Promise.all([session.ensure(parent, signal), session.ensure(numbersPath(name), signal)]);
  const hold = async (wanted: number) => {
    const number = await holdNumber(session, { name, key, number: wanted }, signal);
    onNumber(number);
    return number;
  };
  const kept = pod.seq === undefined ? undefined : await hold(pod.seq);
  const prefix = `${key}.`;
  const node = await session.createTicket({ parent, prefix, data: registrationData({ ...pod, seq: kept }) }, signal);
  const path = `${parent}/${node}`;
  if (kept !== undefined) await removeOlderNodes(session, { parent, prefix, node }, signal);
  const [seq, created] = await Promise.all([
    kept ?? takeFirst(parsePodNode(node)?.suffix as number),
    session.get(path, signal),
  ]);
  if (created === undefined) throw new OchoError(`${path} was deleted at once`, { code: 'NOT_FOUND' });
  return { path, seq, numberPath: numberPath(name, seq), czxid: created.czxid };

  async function takeFirst(suffix: number): Promise<number> {
    onNumber(suffix);
    const write = (number: number) => ({ kind: 'set', path, data: registrationData({ ...pod, seq: number }) }) as const;
    // As a rule nobody has it, and both are one write.
    const isOurs = await isDone(session, [holdStep({ name, key, number: suffix }), write(suffix)], signal);
    if (isOurs) return suffix;
    const first = await hold(suffix);
    await session.transaction([write(first)], signal);
    return first;
  }
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
