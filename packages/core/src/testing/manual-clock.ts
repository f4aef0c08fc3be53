import { type Clock, sleepUntilCalledOff } from '../waiting/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Time that only moves when a test says so. */
export class ManualClock implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** How many sleepers are waiting: a test that ends with any has leaked a timer. */
  get pending(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepUntilCalledOff(this, ms, signal);
  }

  after(ms: number, wake: () => void): () => void {
    const sleeper: Sleeper = { due: this.#now + ms, wake };
    this.#sleepers.push(sleeper);
    return () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    };
  }

  /** Move time forward, waking sleepers in due order and letting their continuations run in between. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#sleepers.filter(({ due }) => due <= target).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = next.due;
      next.wake();
    }
    this.#now = target;
    await settle();
  }
}

/** Let every already-resolved promise chain run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
