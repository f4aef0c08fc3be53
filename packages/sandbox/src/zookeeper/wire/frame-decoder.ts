import { OchoError } from 'ochopod-core';

/** The longest frame, as `jute.maxbuffer` has it by default. */
export const MAX_FRAME = 0xfffff;

const NOTHING: Buffer = Buffer.alloc(0);

/** Cuts a stream of bytes into frames. Holds one chunk and one frame at most. */
export class FrameDecoder {
  #chunk = NOTHING;
  #at = 0;
  /** A frame of which a part has arrived. */
  #frame: Buffer | undefined;
  #filled = 0;

  push(chunk: Buffer): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
  }

  /** The first four bytes of what comes next, as text; nothing while they have not arrived. */
  peekWord(): string | undefined {
    if (this.#chunk.length - this.#at < 4) return undefined;
    return this.#chunk.toString('latin1', this.#at, this.#at + 4);
  }

  /**
   * The next frame, without its length; nothing while it is not whole. It is valid until the next `push`.
   *
   * @throws {OchoError} `TOO_LARGE` when its length is over the limit or negative
   */
  next(): Buffer | undefined {
    if (this.#frame !== undefined) return this.#fill(this.#frame);
    const available = this.#chunk.length - this.#at - 4;
    if (available < 0) return undefined;
    const length = this.#chunk.readInt32BE(this.#at);
    if (length < 0 || length > MAX_FRAME) throw tooLarge(length);
    this.#at += 4;
    if (available < length) {
      this.#frame = Buffer.allocUnsafe(length);
      this.#filled = 0;
      return this.#fill(this.#frame);
    }
    this.#at += length;
    return this.#chunk.subarray(this.#at - length, this.#at);
  }

  #fill(frame: Buffer): Buffer | undefined {
    const copied = this.#chunk.copy(frame, this.#filled, this.#at);
    this.#at += copied;
    this.#filled += copied;
    if (this.#filled < frame.length) return undefined;
    this.#frame = undefined;
    return frame;
  }
}

function tooLarge(length: number): OchoError {
  return new OchoError(`A frame of ${length} bytes was announced; ${MAX_FRAME} is the limit`, { code: 'TOO_LARGE' });
}
