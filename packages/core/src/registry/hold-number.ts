import type { ClusterName } from '../domain/cluster-name.ts';
import { isOchoError } from '../errors.ts';
import type { Session, TransactionStep } from '../zookeeper/session.ts';
import { numberPath, numbersPath, podsPath } from './paths.ts';
import { parsePodNode } from './pod-node.ts';

export interface WantedNumber {
  readonly name: ClusterName;
  /** The pod's, the same over all of its sessions. */
  readonly key: string;
  /** What it was given before, or what ZooKeeper counts. */
  readonly number: number;
}

/**
 * Hold a number of a cluster for the life of the session.
 *
 * ZooKeeper counts registrations anew when it has lost its data, while pods with numbers of its old count live on. So a
 * number is held by a znode that is named after it, and ZooKeeper itself decides who has it.
 *
 * @returns the number that was wanted, or when another pod holds it, one above all that there are
 */
export async function holdNumber(session: Session, wanted: WantedNumber, signal: AbortSignal): Promise<number> {
  for (let number = wanted.number; ; number = await nextFree(session, wanted.name, signal)) {
    if (await isHeld(session, { ...wanted, number }, signal)) return number;
  }
}

/** @returns whether it is ours now, and nobody else's */
async function isHeld(session: Session, wanted: WantedNumber, signal: AbortSignal): Promise<boolean> {
  const { name, key, number } = wanted;
  const path = numberPath(name, number);
  const hold = holdStep(wanted);
  if (await isDone(session, [hold], signal)) return true;
  const holder = await session.get(path, signal);
  if (holder !== undefined && holder.data !== key) return false;
  if (holder?.owner === session.id) return true;
  // Let go of since we tried, or left by an earlier session of this pod.
  const removal: TransactionStep[] = holder === undefined ? [] : [{ kind: 'remove', path }];
  return (await isDone(session, [...removal, hold], signal)) || isHeld(session, wanted, signal);
}

/** What it takes to hold a number that nobody has. */
export function holdStep({ name, key, number }: WantedNumber): TransactionStep {
  return { kind: 'create', path: numberPath(name, number), data: key, ephemeral: true };
}

/** @returns whether all steps were done; none of them was when one says that something is, or is not, there */
export async function isDone(
  session: Session,
  steps: readonly TransactionStep[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await session.transaction(steps, signal);
    return true;
  } catch (error) {
    // Somebody has it, or what was there went with its session meanwhile.
    if (isOchoError(error, 'CONFLICT') || (steps.length > 1 && isOchoError(error, 'NOT_FOUND'))) return false;
    throw error;
  }
}

/** Agents of 2015 hold no number, but are about to take what ZooKeeper counted for them. */
async function nextFree(session: Session, name: ClusterName, signal: AbortSignal): Promise<number> {
  const [held = [], nodes = []] = await Promise.all([
    session.children(numbersPath(name), signal),
    session.children(podsPath(name), signal),
  ]);
  const numbers = held.filter((child) => /^\d{1,10}$/.test(child)).map(Number);
  const counted = nodes.map((node) => parsePodNode(node)?.suffix ?? 0);
  return Math.max(0, ...numbers, ...counted) + 1;
}
