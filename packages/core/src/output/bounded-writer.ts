/** Where bytes go; never blocks, however long the reader takes. */
export interface Sink {
  /**
   * Write all of it; the next call comes after `done`.
   *
   * @param done told why it could not be written, if it could not
   */
  write(data: Uint8Array, done: (error?: NodeJS.ErrnoException | null) => void): void;
}

export interface BoundedWriterOptions {
  readonly sink: Sink;
  /** Most that waits for the reader, in bytes. @default 262144 */
  readonly maxBytes?: number;
  /** The reader is too far behind: from now on what is written is left out, until it has caught up. */
  readonly onBehind?: () => void;
  /** The reader has caught up, before anything new is written. */
  readonly onCaughtUp?: (left: LeftOut) => void;
  /** Nothing can be written any more: the reader is gone. */
  readonly onGone?: (error: NodeJS.ErrnoException) => void;
}

/** What was not written. */
export interface LeftOut {
  readonly lines: number;
  readonly bytes: number;
}

const NOTHING: LeftOut = { lines: 0, bytes: 0 };

const NEWLINE = 0x0a;
const DEFAULT_MAX_BYTES = 256 * 1024;
/** The reader is gone: what fails otherwise, such as a full disk, may work again later. */
const ENDS = new Set(['EPIPE', 'EIO', 'EBADF', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ENXIO']);

/**
 * Writes to a reader that may be slow, or stand still: what it has not taken waits, within bounds, and what exceeds them is
 * left out and counted. Whoever writes never waits.
 */
export class BoundedWriter {
  readonly #options: BoundedWriterOptions;
  readonly #maxBytes: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing = false;
  /** Whether the last byte that was taken ended a line. */
  #atLineStart = true;
  #behind = false;
  /** Since the reader was told last. */
  #leftOut = NOTHING;
  #lines = 0;
  #gone = false;
  readonly #onIdle: (() => void)[] = [];

  constructor(options: BoundedWriterOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  }

  /** How many lines were left out since the beginning. */
  get lines(): number {
    return this.#lines;
  }

  /** Take text or bytes, whole or not at all. */
  write(text: string | Uint8Array): void {
    const data = typeof text === 'string' ? Buffer.from(text) : text;
    if (this.#gone || data.length === 0) return;
    if (this.#behind || this.#waitingBytes + data.length > this.#maxBytes) this.#leaveOut(data);
    else this.#take(data);
  }

  /** Settles when nothing waits any more: all was written, or cannot be. */
  idle(): Promise<void> {
    if (!this.#writing) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #take(data: Uint8Array): void {
    this.#waiting.push(data);
    this.#waitingBytes += data.length;
    this.#atLineStart = data.at(-1) === NEWLINE;
    if (!this.#writing) this.#writeNext();
  }

  #leaveOut(data: Uint8Array): void {
    this.#count(data);
    if (this.#behind) return;
    this.#behind = true;
    this.#options.onBehind?.();
  }

  #count(data: Uint8Array): void {
    const lines = linesIn(data);
    this.#lines += lines;
    this.#leftOut = { lines: this.#leftOut.lines + lines, bytes: this.#leftOut.bytes + data.length };
  }

  #writeNext(): void {
    const data = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#writing = true;
    this.#options.sink.write(data, (error) => this.#written(data, error ?? undefined));
  }

  #written(data: Uint8Array, error: NodeJS.ErrnoException | undefined): void {
    this.#waitingBytes -= data.length;
    if (error !== undefined) this.#failed(data, error);
    this.#writing = false;
    if (this.#waiting.length > 0) this.#writeNext();
    else this.#emptied(error === undefined);
  }

  #emptied(wasWritten: boolean): void {
    this.#behind = false;
    if (wasWritten) this.#caughtUp();
    if (this.#writing) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #failed(data: Uint8Array, error: NodeJS.ErrnoException): void {
    this.#count(data);
    if (!ENDS.has(error.code ?? '')) return;
    this.#gone = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#options.onGone?.(error);
  }

  #caughtUp(): void {
    if (this.#leftOut === NOTHING) return;
    const leftOut = this.#leftOut;
    this.#leftOut = NOTHING;
    if (!this.#atLineStart) this.#take(Buffer.from('\n'));
    this.#options.onCaughtUp?.(leftOut);
  }
}

function linesIn(data: Uint8Array): number {
  let lines = 0;
  for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
