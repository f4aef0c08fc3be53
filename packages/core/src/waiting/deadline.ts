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
  let abort = (reason: unknown) => bound.abort(reason);
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = (reason) => {
      reject(reason);
      bound.abort(reason);
    };
  });
  const callOff = clock.after(ms, () =>
    abort(new OchoError(`${what} did not finish within ${inWords(ms)}`, { code: 'TIMEOUT' })),
  );
  // Not `AbortSignal.any`, which leaves something behind on a parent that goes on.
  const forget = onAbort(parent, () => abort(parent.reason));
  try {
    return await Promise.race([task(bound.signal), aborted]);
  } finally {
    forget();
    callOff();
  }
}
