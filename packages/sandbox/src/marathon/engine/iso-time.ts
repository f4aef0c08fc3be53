/** Milliseconds since 1970 as Marathon writes them: `2015-09-11T22:11:03.156Z`, so that text sorts as time. */
export function isoTime(ms: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: writes a time that was given, tells none
  return new Date(ms).toISOString();
}

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
