import { OchoError } from '../../errors.ts';
import type { Session } from '../session.ts';
import { untilGone } from './until-gone.ts';

/** The leader's proof of office. */
export interface Mandate {
  /**
   * Grows from one leader to the next: the transaction that created the lock node. Whoever saw a higher one knows that
   * this leader has been replaced.
   */
  readonly fence: bigint;
  /** The lock node: a transaction that checks it fails once the lock is lost. */
  readonly lockPath: string;
}

export interface LeadOptions<T> {
  readonly session: Session;
  /** Where contenders queue, e.g. `/ochopod/clusters/demo.web/coordinator`. */
  readonly path: string;
  /**
   * UUID of the contender, the same over all of its sessions: what an earlier one, which is over for us, has left in the
   * queue goes at once rather than when ZooKeeper gives that session up.
   */
  readonly contender: string;
  /** Stop contending, or stop leading. */
  readonly signal: AbortSignal;
  /**
   * What the leader does. Its signal aborts the moment leadership is in doubt: past that point another pod may lead,
   * so the task must stop at once.
   */
  readonly task: (mandate: Mandate, leading: AbortSignal) => Promise<T>;
}

/**
 * Wait for our turn to lead, run `task`, then step down.
 *
 * Contenders queue and each watches only itself and the one ahead of it, so a leader's departure wakes one follower and
 * not the whole queue. Names and order are those of kazoo's `Lock` recipe, so both can contend on one path.
 *
 * @see https://kazoo.readthedocs.io/en/latest/api/recipe/lock.html
 * @returns whatever `task` returned
 * @throws {OchoError} `SESSION_LOST` if ZooKeeper gave up on us, `CONFLICT` if somebody removed us from the queue
 */
export async function lead<T>({ session, path, contender, signal, task }: LeadOptions<T>): Promise<T> {
  const contending = AbortSignal.any([signal, session.lost]);
  await session.ensure(path, contending);
  const prefix = `${contender.replaceAll('-', '')}__lock__`;
  const left = ((await session.children(path, contending)) ?? []).filter((name) => name.startsWith(prefix));
  for (const name of left) await session.remove(`${path}/${name}`, contending);
  const ticket = await session.createTicket({ parent: path, prefix, data: contender }, contending);
  const lockPath = `${path}/${ticket}`;
  const done = new AbortController();
  try {
    const { fence, kept } = await keepPlace(session, lockPath, AbortSignal.any([contending, done.signal]));
    await ourTurn(session, { path, ticket }, kept);
    return await task({ fence, lockPath }, kept);
  } finally {
    done.abort(new Error('stepped down'));
    // Not cancellable: an abandoned place would block the queue until our session ends. Bounded by the session's life.
    if (!session.lost.aborted) await session.remove(lockPath, session.lost).catch(() => {});
  }
}

async function ourTurn(session: Session, { path, ticket }: Place, signal: AbortSignal): Promise<void> {
  for (;;) {
    const queue = inQueueOrder((await session.children(path, signal)) ?? []);
    const position = queue.indexOf(ticket);
    if (position === -1) throw removed(`${path}/${ticket}`);
    const ahead = queue[position - 1];
    if (ahead === undefined) return;
    await untilGone(session, `${path}/${ahead}`, signal);
  }
}

interface Place {
  readonly path: string;
  readonly ticket: string;
}

/** In the order of the counter that ZooKeeper appended; anything else under the path is not ours to count. */
export function inQueueOrder(children: readonly string[]): string[] {
  return children.filter((name) => /__lock__-?\d{10}$/.test(name)).sort((a, b) => compare(a.slice(-10), b.slice(-10)));
}

const compare = (left: string, right: string): number => (left < right ? -1 : 1);

/**
 * Check that the node is there and ours, and keep watching it, from the first moment in the queue: whoever has lost their
 * place without a word would wait for ever, and leave the cluster without a leader once the others are gone.
 */
async function keepPlace(session: Session, lockPath: string, signal: AbortSignal) {
  const removal = new AbortController();
  const watch = session.watchNode(lockPath, signal)[Symbol.asyncIterator]();
  const { value: node } = await watch.next();
  if (node === undefined || node.owner !== session.id) throw removed(lockPath);
  void (async () => {
    for (;;) if ((await watch.next()).value === undefined) return removal.abort(removed(lockPath));
  })().catch(() => {}); // ends with `signal`, which `kept` follows by itself
  return { fence: node.czxid, kept: AbortSignal.any([signal, removal.signal]) };
}

function removed(lockPath: string): OchoError {
  return new OchoError(`somebody removed our place in the queue ${lockPath}`, { code: 'CONFLICT' });
}
