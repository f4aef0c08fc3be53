import { clearTimeout, setTimeout } from 'node:timers';

import { onAbort } from './on-abort.ts';

/** The only source of time in library code. Tests pass a `ManualClock`. */
export interface Clock {
  /** Monotonic milliseconds; meaningful only as a difference. */
  now(): number;
  /** Resolve after `ms`, or reject with `signal.reason` if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Call `callback` once after `ms`: for limits that are called off nearly always, where a signal for each would take up
   * more memory than everything else of it.
   *
   * @returns calls it off
   */
  after(ms: number, callback: () => void): () => void;
}

/** What a timer of Node holds: a longer one goes off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Not by `node:timers/promises`: that makes an error with a stack for each sleep that is called off. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleepUntilCalledOff(systemClock, ms, signal),
  after: (ms, callback) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number) => {
      const more = left - MAX_TIMER_MS;
      timer = setTimeout(() => (more > 0 ? wait(more) : callback()), Math.min(left, MAX_TIMER_MS));
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** `Clock.sleep` by means of its `after`. */
export function sleepUntilCalledOff(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const callOff = clock.after(ms, () => {
      forget?.();
      resolve();
    });
    const forget =
      signal &&
      onAbort(signal, () => {
        callOff();
        reject(signal.reason);
      });
  });
}
