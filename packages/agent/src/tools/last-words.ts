import { type DeadlineOptions, OchoError, withDeadline } from 'ochopod-core';

/** How long a task that is out of time may still tell what it has. */
const LAST_WORDS_MS = 2000;

/**
 * Run `task` with a signal that aborts when `parent` does or after `ms`; what the task makes of that within two seconds is
 * its outcome, and after them it is given up on.
 *
 * @throws {OchoError} `TIMEOUT` when nothing was told in time
 * @throws `parent.reason` as soon as `parent` aborts
 */
export function withLastWords<T>(options: DeadlineOptions, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, ms, what } = options;
  return withDeadline({ ...options, ms: ms + LAST_WORDS_MS }, async (outer) => {
    const timeUp = new AbortController();
    const settled = new AbortController();
    clock.sleep(ms, settled.signal).then(
      () => timeUp.abort(new OchoError(`${what} did not finish within ${ms / 1000} s`, { code: 'TIMEOUT' })),
      () => {}, // settled in time
    );
    try {
      return await task(AbortSignal.any([outer, timeUp.signal]));
    } finally {
      settled.abort(SETTLED);
    }
  });
}

const SETTLED = new Error('settled');
