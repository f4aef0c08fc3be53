export interface LogRingLimits {
  readonly maxLines: number;
  readonly maxBytes: number;
}

/** The latest lines of the agent's log, for `/log`: bounded in number and in size, old ones go first. */
export class LogRing {
  readonly #limits: LogRingLimits;
  #lines: string[] = [];
  /** Lines before this one are gone; they are cut off now and then, not one by one. */
  #first = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(limits: LogRingLimits = { maxLines: 2000, maxBytes: 1024 * 1024 }) {
    this.#limits = limits;
  }

  /** Keep a line; it ends with its newline. */
  push(line: string): void {
    this.#lines.push(line);
    this.#bytes += Buffer.byteLength(line);
    while (this.#isOver()) this.#dropFirst();
  }

  /** The number of the oldest line that is held; the agent's first line has 0. */
  get oldest(): number {
    return this.#dropped;
  }

  /** The number that the next line will have. */
  get next(): number {
    return this.#dropped + this.#lines.length - this.#first;
  }

  /** Every line still held, oldest first; only from that number on, when one is given. */
  lines(from = this.#dropped): readonly string[] {
    return this.#lines.slice(this.#first + Math.max(0, from - this.#dropped));
  }

  #isOver(): boolean {
    const count = this.#lines.length - this.#first;
    return count > this.#limits.maxLines || (this.#bytes > this.#limits.maxBytes && count > 1);
  }

  #dropFirst(): void {
    this.#bytes -= Buffer.byteLength(this.#lines[this.#first] as string);
    this.#lines[this.#first] = '';
    this.#first += 1;
    this.#dropped += 1;
    if (this.#first < this.#limits.maxLines) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}
