import type { Readable } from 'node:stream';
import type { Clock } from 'ochopod-core';

export interface OutputOptions {
  readonly clock: Clock;
  /** One line of output, without its newline. */
  readonly onLine: (line: string) => void;
  /** How many lines had to be left out since the last call. */
  readonly onDropped: (lines: number) => void;
  /** Longest line that is kept whole, in bytes. @default 8192 */
  readonly maxLineBytes?: number;
  /** Lines per second that are passed on. @default 1000 */
  readonly maxLinesPerSecond?: number;
}

const NEWLINE = 0x0a;
const WINDOW_MS = 1000;

/**
 * Cut a process's output into lines, with bounded memory and bounded work: lines that are too long are cut, and
 * a flood is thinned out to a number of lines per second and counted, not kept.
 */
export function forwardLines(output: Readable, options: OutputOptions): void {
  const lines = new LineForwarder(options);
  output.on('data', (chunk: Buffer) => lines.take(chunk));
  output.on('end', () => lines.finish());
  output.on('error', () => lines.finish()); // the pipe broke: the process is gone
}

class LineForwarder {
  readonly #options: Required<OutputOptions>;
  /** The begin of a line whose end has not come yet. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #windowStart = Number.NEGATIVE_INFINITY;
  #sentInWindow = 0;
  #dropped = 0;
  #reportDue: AbortController | undefined;

  constructor(options: OutputOptions) {
    this.#options = { maxLineBytes: 8192, maxLinesPerSecond: 1000, ...options };
  }

  take(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, at));
      this.#endLine();
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
  }

  finish(): void {
    if (this.#pendingBytes > 0) this.#endLine();
    this.#report();
  }

  #hold(piece: Buffer): void {
    const room = this.#options.maxLineBytes - this.#pendingBytes;
    // A copy: the piece would keep its whole chunk alive while we wait for the end of the line.
    if (piece.length > 0 && room > 0) this.#pending.push(Buffer.from(piece.subarray(0, room)));
    this.#pendingBytes += piece.length;
  }

  #endLine(): void {
    const { maxLineBytes, onLine } = this.#options;
    if (this.#mayPass()) {
      const text = Buffer.concat(this.#pending).toString('utf8').replace(/\r$/, '');
      const cut = this.#pendingBytes - maxLineBytes;
      onLine(cut > 0 ? `${text}... (${cut} more bytes)` : text);
    } else {
      this.#dropped += 1;
      this.#scheduleReport();
    }
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #mayPass(): boolean {
    const now = this.#options.clock.now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#sentInWindow = 0;
      this.#report();
    }
    this.#sentInWindow += 1;
    return this.#sentInWindow <= this.#options.maxLinesPerSecond;
  }

  /** A flood may end without one line more. */
  #scheduleReport(): void {
    if (this.#reportDue !== undefined) return;
    const due = new AbortController();
    this.#reportDue = due;
    this.#options.clock.sleep(WINDOW_MS, due.signal).then(
      () => this.#report(),
      () => {}, // reported in the meantime
    );
  }

  #report(): void {
    this.#reportDue?.abort();
    this.#reportDue = undefined;
    if (this.#dropped === 0) return;
    this.#options.onDropped(this.#dropped);
    this.#dropped = 0;
  }
}
