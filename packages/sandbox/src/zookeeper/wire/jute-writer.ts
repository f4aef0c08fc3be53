const SMALLEST = 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/** Collects records, and frames of records, until somebody takes them. */
export class JuteWriter {
  #bytes = NOTHING;
  #at = 0;

  /** How many bytes were written since the last `take`. */
  get length(): number {
    return this.#at;
  }

  /** Leave room for the length of a frame. @returns what `endFrame` needs to know */
  beginFrame(): number {
    this.int(0);
    return this.#at - 4;
  }

  endFrame(start: number): void {
    this.#bytes.writeInt32BE(this.#at - start - 4, start);
  }

  /** Forget what was written since the length was this. */
  rewind(length: number): void {
    this.#at = length;
  }

  int(value: number): void {
    this.#reserve(4);
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  long(value: bigint): void {
    this.#reserve(8);
    this.#at = this.#bytes.writeBigInt64BE(value, this.#at);
  }

  /** A long that fits into a number. */
  number(value: number): void {
    this.#reserve(8);
    this.#bytes.writeInt32BE(Math.floor(value / 2 ** 32), this.#at);
    this.#at = this.#bytes.writeUInt32BE(value >>> 0, this.#at + 4);
  }

  bool(value: boolean): void {
    this.#reserve(1);
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at);
  }

  buffer(value: Buffer | undefined): void {
    this.int(value?.length ?? -1);
    if (value !== undefined) this.append(value);
  }

  string(value: string): void {
    this.#reserve(4 + 3 * value.length);
    const length = this.#bytes.write(value, this.#at + 4, 'utf8');
    this.#bytes.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  /** Bytes as they are, without their length. */
  append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    this.#at += bytes.copy(this.#bytes, this.#at);
  }

  vector<T>(items: Iterable<T> & ({ readonly length: number } | { readonly size: number }), write: (item: T) => void) {
    this.int('length' in items ? items.length : items.size);
    for (const item of items) write(item);
  }

  /** What was written; it belongs to the caller from now on. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = NOTHING;
    this.#at = 0;
    return taken;
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(SMALLEST, 2 * this.#bytes.length, needed));
    this.#bytes.copy(bytes, 0, 0, this.#at);
    this.#bytes = bytes;
  }
}
