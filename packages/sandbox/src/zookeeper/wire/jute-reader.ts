import { OchoError } from 'ochopod-core';

/**
 * Reads the records of one frame, field by field.
 *
 * Everything throws `INVALID_INPUT` where the frame ends too early or says what cannot be.
 */
export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4));
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8));
  }

  /** A long that is known to be small: a zxid, a time. */
  number(): number {
    const at = this.#take(8);
    return this.#bytes.readInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
  }

  bool(): boolean {
    return this.#bytes[this.#take(1)] !== 0;
  }

  /** A copy, so that what is kept of a frame does not keep all of it; nothing where the sender had nothing. */
  buffer(): Buffer | undefined {
    const length = this.int();
    if (length === -1) return undefined;
    const at = this.#take(length);
    return Buffer.from(this.#bytes.subarray(at, at + length));
  }

  string(): string {
    const length = this.int();
    if (length === -1) return '';
    const at = this.#take(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  vector<T>(read: () => T): T[] {
    const count = this.int();
    if (count < -1 || count > this.#bytes.length - this.#at) throw malformed(`a vector of ${count}`);
    const items: T[] = [];
    for (let index = 0; index < count; index += 1) items.push(read());
    return items;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) throw malformed(`${length} bytes at ${at}`);
    this.#at = at + length;
    return at;
  }
}

function malformed(what: string): OchoError {
  return new OchoError(`A frame does not hold ${what}`, { code: 'INVALID_INPUT' });
}
