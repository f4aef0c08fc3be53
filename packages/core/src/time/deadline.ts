import { OchoError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { inWords } from './in-words.ts';
import { onAbort } from './on-abort.ts';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly ms: number;
  /** Who is late, for the message: `web #3's configure()`. */
  readonly what: string;
  readonly parent: AbortSignal;
}

/**
 * Run `task` with a signal that aborts when `parent` does or after `ms`.
 *
 * Settles then even when `task` ignores its signal; what such a task still does is its own affair.
 *
 * @throws {OchoError} `TIMEOUT` after `ms`
 * @throws `parent.reason` when `parent` aborts
 */
export async function withDeadline<T>(
  { clock, ms, what, parent }: DeadlineOptions,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const bound = new AbortController();
  const settled = new AbortController();
  clock.sleep(ms, settled.signal).then(
    () => bound.abort(new OchoError(`${what} did not finish within ${inWords(ms)}`, { code: 'TIMEOUT' })),
    () => {}, // settled in time
  );
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort(bound.signal, () => reject(bound.signal.reason));
  });
  // Not `AbortSignal.any`, which leaves something behind on a parent that goes on.
  const forget = onAbort(parent, () => bound.abort(parent.reason));
  try {
    return await Promise.race([task(bound.signal), aborted]);
  } finally {
    forget();
    settled.abort(SETTLED);
  }
}

/** One for all: an abort without a reason makes an error with a stack each time. */
const SETTLED = new Error('settled');
