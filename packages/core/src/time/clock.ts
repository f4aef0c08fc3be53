import { clearTimeout, setTimeout } from 'node:timers';

import { onAbort } from './on-abort.ts';

/** The only source of time in library code. Tests pass a `ManualClock`. */
export interface Clock {
  /** Monotonic milliseconds; meaningful only as a difference. */
  now(): number;
  /** Resolve after `ms`, or reject with `signal.reason` if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a timer of Node holds: a longer one goes off at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Not by `node:timers/promises`: that makes an error with a stack for each sleep that is called off. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const wait = (left: number) => {
        timer = setTimeout(() => onTimer(left - MAX_TIMER_MS), Math.min(left, MAX_TIMER_MS));
      };
      const onTimer = (left: number) => {
        if (left > 0) return wait(left);
        forget?.();
        resolve();
      };
      let timer: NodeJS.Timeout | undefined;
      wait(ms);
      const forget =
        signal &&
        onAbort(signal, () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
    }),
};
