import { clearTimeout, setTimeout } from 'node:timers';

/** The only source of time in library code. Tests pass a `ManualClock`. */
export interface Clock {
  /** Monotonic milliseconds; meaningful only as a difference. */
  now(): number;
  /** Resolve after `ms`, or reject with `signal.reason` if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Not by `node:timers/promises`: that makes an error with a stack for each sleep that is called off. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
