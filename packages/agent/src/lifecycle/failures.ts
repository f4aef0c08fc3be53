import { type BackoffPolicy, backoffMs, type Clock } from 'ochopod-core';

/** Why a process is started again: it crashed, or could not be started; or its checks found it unwell. */
export type FailureKind = 'crashed' | 'unhealthy';

/** Failures that follow each other without the process having run well in between. */
export interface FailuresInARow {
  readonly count: number;
  /** When the first of them was, on the pod's clock. */
  readonly since: number;
}

/** Between a failure of the process and its next start. */
const RESTARTS: BackoffPolicy = { firstMs: 1000, maxMs: 60_000, factor: 2, jitter: 0.3 };
/** A process that ran well for so long is past what failed before. */
const WELL_MS = RESTARTS.maxMs;
/** From so many in a row on nobody believes any more that the next start mends it. */
const LOOP = 3;

/** Keeps count of what went wrong with the process: it decides when to start it again, and what is a crash loop. */
export class Failures {
  readonly #clock: Clock;
  #count = 0;
  #since = 0;
  #latest: FailureKind = 'crashed';
  #startedAt = 0;
  /** The latest check that found this run of it well; its start before the first. */
  #passedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(): void {
    this.#startedAt = this.#clock.now();
    this.#passedAt = this.#startedAt;
  }

  /** A check found the process well. */
  passed(): void {
    this.#passedAt = this.#clock.now();
  }

  failed(kind: FailureKind): void {
    if (this.#hasRunWell(kind)) this.forget();
    if (this.#count === 0) this.#since = this.#clock.now();
    this.#count += 1;
    this.#latest = kind;
    this.#startedAt = this.#clock.now(); // until the next start it does not run, let alone well
    this.#passedAt = this.#startedAt;
  }

  forget(): void {
    this.#count = 0;
  }

  /**
   * How long to wait before the next start.
   *
   * @param random 0 to 1
   */
  backOffMs(random: number): number {
    return Math.round(backoffMs(RESTARTS, this.#count, random));
  }

  /**
   * Those in a row so far, whether the process runs again or waits for its next start.
   *
   * @param runs whether it runs
   */
  inARow(runs: boolean): FailuresInARow | undefined {
    const isPast = runs && this.#hasRunWell(this.#latest);
    return this.#count === 0 || isPast ? undefined : { count: this.#count, since: this.#since };
  }

  /** Time vouches for a process that crashed; for one that was found unwell only a check does. */
  #hasRunWell(kind: FailureKind): boolean {
    const wellUntil = kind === 'unhealthy' ? this.#passedAt : this.#clock.now();
    return wellUntil - this.#startedAt >= WELL_MS;
  }
}

export function isLoop(failures: FailuresInARow | undefined): failures is FailuresInARow {
  return failures !== undefined && failures.count >= LOOP;
}
