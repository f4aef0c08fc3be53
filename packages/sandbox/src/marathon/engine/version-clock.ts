import { isoTime } from 'ochopod-core';

/** Versions: the time, but never the same twice, nor an earlier one when the clock is set back. */
export class VersionClock {
  readonly #wallTime: () => number;
  #last = 0;

  /** @param wallTime milliseconds since 1970 */
  constructor(wallTime: () => number) {
    this.#wallTime = wallTime;
  }

  next(): string {
    this.#last = Math.max(this.#last + 1, Math.floor(this.#wallTime()));
    return isoTime(this.#last);
  }
}
