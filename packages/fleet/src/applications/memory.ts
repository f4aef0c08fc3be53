import type { Clock } from 'ochopod-core';

import type { Application } from '../scheduler/index.ts';
import type { Judgement } from './judge-task.ts';
import { type Expectation, isVersionAwaited, type Remembered } from './standing.ts';

interface Held {
  readonly mark: string;
  readonly since: number;
}

/** What one wait remembers from look to look. Times are of our own clock: those of pods may be wrong. */
export class Memory {
  readonly #clock: Clock;
  readonly #expected: Expectation;
  readonly #held = new Map<string, Held>();
  readonly #failed = new Set<string>();
  #failedBefore: string | undefined;
  #mostUp = 0;
  #hasLooked = false;
  #unplaced: { readonly why: string; readonly since: number } | undefined;

  constructor(clock: Clock, expected: Expectation) {
    this.#clock = clock;
    this.#expected = expected;
  }

  /** @param unplaced why the scheduler finds no place for what waits for one, if it says so */
  note(application: Application | undefined, judged: readonly Judgement[], unplaced: string | undefined): Remembered {
    const now = this.#clock.now();
    this.#noteConditions(judged, now);
    if (application !== undefined) this.#noteFailure(application, judged);
    this.#unplaced = unplaced === undefined ? undefined : { why: unplaced, since: this.#unplaced?.since ?? now };
    return {
      heldMs: new Map([...this.#held].map(([task, { since }]) => [task, now - since])),
      failures: this.#failed.size,
      unplaced: this.#unplaced && { why: this.#unplaced.why, forMs: now - this.#unplaced.since },
    };
  }

  /** Until when all that are up have been so for long enough, in milliseconds from now; 0 when they have. */
  get leftMs(): number {
    const sinces = [...this.#held.values()].filter(({ mark }) => mark.startsWith('up')).map(({ since }) => since);
    return Math.max(0, Math.max(...sinces) + this.#expected.stableMs - this.#clock.now());
  }

  #noteConditions(judged: readonly Judgement[], now: number): void {
    const before = new Map(this.#held);
    this.#held.clear();
    for (const { task, is, restarts } of judged) {
      const mark = `${is} ${restarts}`;
      const held = before.get(task.id);
      this.#held.set(task.id, held?.mark === mark ? held : { mark, since: now });
    }
  }

  /** The scheduler tells of the last one only; what failed before we came, and of other versions, is not ours. */
  #noteFailure({ lastFailure }: Application, judged: readonly Judgement[]): void {
    const up = judged.filter(({ is }) => is === 'up').length;
    // Where others come up all the same, it is an accident.
    if (up > this.#mostUp) this.#failed.clear();
    this.#mostUp = Math.max(up, this.#mostUp);
    const isFirst = !this.#hasLooked;
    this.#hasLooked = true;
    if (lastFailure === undefined || !isVersionAwaited(lastFailure.version, this.#expected)) return;
    const isOfChange = lastFailure.version === this.#expected.change?.version;
    if (isFirst && !isOfChange) this.#failedBefore = lastFailure.task;
    if (lastFailure.task !== this.#failedBefore) this.#failed.add(lastFailure.task);
  }
}
