import type { Clock } from './clock.ts';
import { onAbort } from './on-abort.ts';

/** Tells one waiting loop that something changed. Any number of wakes before it looks count as one. */
export class Wakeup {
  #pending = false;
  #resume: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Resolve once woken, at once if that already happened; reject with `signal.reason` when it aborts. */
  async next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#pending) await this.#woken(signal);
    this.#pending = false;
  }

  /** As `next`, but after `ms` at the latest: for whoever must not rely on being woken. */
  async nextWithin(clock: Pick<Clock, 'after'>, ms: number, signal: AbortSignal): Promise<void> {
    const callOff = clock.after(ms, () => this.wake());
    try {
      await this.next(signal);
    } finally {
      callOff();
    }
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, () => {
        this.#resume = undefined;
        reject(signal.reason);
      });
      this.#resume = () => {
        this.#resume = undefined;
        forget();
        resolve();
      };
    });
  }
}
