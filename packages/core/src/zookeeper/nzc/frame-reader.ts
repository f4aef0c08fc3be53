/** The longest reply that we believe in: anything longer is not ZooKeeper talking. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
const LENGTH_BYTES = 4;

/** Cuts what arrives on one connection into frames, each with its length in front. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /**
   * @returns the frames that are complete by now
   * @throws {RangeError} when this is not the protocol
   */
  *read(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (let length = this.#nextLength(); length <= this.#bytes; length = this.#nextLength()) {
      const all = this.#joined();
      this.#chunks = [all.subarray(length)];
      this.#bytes -= length;
      yield all.subarray(0, length);
    }
  }

  /** Length of the frame that comes next, including the length itself; infinite while it is not known. */
  #nextLength(): number {
    if (this.#bytes < LENGTH_BYTES) return Number.POSITIVE_INFINITY;
    const [first] = this.#chunks;
    const head = first !== undefined && first.length >= LENGTH_BYTES ? first : this.#joined();
    const length = head.readInt32BE(0);
    if (length < 0 || length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${length} bytes`);
    return LENGTH_BYTES + length;
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const all = Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [all];
    return all;
  }
}
