export interface Latency {
  readonly min: number;
  readonly avg: number;
  readonly max: number;
}

/** Requests that were handled so far, and how fast. */
export class Statistics {
  #received = 0;
  #lastAt = 0;
  #batches = 0;
  #totalMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  /** @param during the time of the clock when they were begun, and when they were answered */
  add(frames: number, during: { readonly from: number; readonly to: number }): void {
    const ms = during.to - during.from;
    this.#lastAt = during.to;
    this.#received += frames;
    this.#batches += 1;
    this.#totalMs += ms;
    this.#minMs = Math.min(this.#minMs, ms);
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  get received(): number {
    return this.#received;
  }

  /** When something was answered last, by the clock. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Of a batch of requests, in milliseconds. */
  get latency(): Latency {
    if (this.#batches === 0) return { min: 0, avg: 0, max: 0 };
    return {
      min: Math.floor(this.#minMs),
      avg: this.#totalMs / this.#batches,
      max: Math.floor(this.#maxMs),
    };
  }
}
