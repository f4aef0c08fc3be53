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

  constructor(limits: LogRingLimits = { maxLines: 2000, maxBytes: 1024 * 1024 }) {
    this.#limits = limits;
  }

  /** Keep a line; it ends with its newline. */
  push(line: string): void {
    this.#lines.push(line);
    this.#bytes += Buffer.byteLength(line);
    while (this.#isOver()) this.#dropFirst();
  }

  /** Every line still held, oldest first. */
  lines(): readonly string[] {
    return this.#lines.slice(this.#first);
  }

  #isOver(): boolean {
    const count = this.#lines.length - this.#first;
    return count > this.#limits.maxLines || (this.#bytes > this.#limits.maxBytes && count > 1);
  }

  #dropFirst(): void {
    this.#bytes -= Buffer.byteLength(this.#lines[this.#first] as string);
    this.#lines[this.#first] = '';
    this.#first += 1;
    if (this.#first < this.#limits.maxLines) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}
