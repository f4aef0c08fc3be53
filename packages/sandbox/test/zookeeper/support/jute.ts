/**
 * Jute, ZooKeeper's encoding, for tests: big-endian numbers, strings and buffers behind their length, of which -1 is
 * null. Written without a look at the server's own, so that an error in either shows.
 */
export class JuteWriter {
  readonly #parts: Buffer[] = [];

  byte(value: number): this {
    this.#parts.push(Buffer.from([value]));
    return this;
  }

  bool(value: boolean): this {
    return this.byte(value ? 1 : 0);
  }

  int(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    this.#parts.push(part);
    return this;
  }

  long(value: bigint): this {
    const part = Buffer.alloc(8);
    part.writeBigInt64BE(BigInt.asIntN(64, value));
    this.#parts.push(part);
    return this;
  }

  buffer(value: Uint8Array | undefined): this {
    if (value === undefined) return this.int(-1);
    this.int(value.length);
    this.#parts.push(Buffer.from(value));
    return this;
  }

  string(value: string | undefined): this {
    return this.buffer(value === undefined ? undefined : Buffer.from(value));
  }

  list<T>(values: readonly T[], write: (value: T) => void): this {
    this.int(values.length);
    for (const value of values) write(value);
    return this;
  }

  strings(values: readonly string[]): this {
    return this.list(values, (value) => this.string(value));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  bool(): boolean {
    const value = this.#bytes.readUInt8(this.#skip(1));
    if (value > 1) throw new Error(`${value} is no boolean`);
    return value === 1;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#skip(4));
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#skip(8));
  }

  buffer(): Buffer | undefined {
    const length = this.int();
    if (length === -1) return undefined;
    if (length < 0 || length > this.left) throw new Error(`${length} is no length where ${this.left} bytes are left`);
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  string(): string | undefined {
    return this.buffer()?.toString();
  }

  text(): string {
    return this.string() ?? '';
  }

  list<T>(read: () => T): T[] {
    const length = this.int();
    return Array.from({ length: Math.max(length, 0) }, read);
  }

  strings(): string[] {
    return this.list(() => this.text());
  }

  #skip(count: number): number {
    const start = this.#at;
    this.#at += count;
    return start;
  }
}
