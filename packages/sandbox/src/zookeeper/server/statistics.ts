/** What was handled so far. */
export class Statistics {
  received = 0;
  sent = 0;
  #batches = 0;
  #totalMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  /** @param ms how long it took to answer them */
  add(frames: number, ms: number): void {
    this.received += frames;
    this.#batches += 1;
    this.#totalMs += ms;
    this.#minMs = Math.min(this.#minMs, ms);
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  get latency(): { readonly min: number; readonly avg: number; readonly max: number } {
    if (this.#batches === 0) return { min: 0, avg: 0, max: 0 };
    return {
      min: Math.floor(this.#minMs),
      avg: this.#totalMs / this.#batches,
      max: Math.floor(this.#maxMs),
    };
  }
}
