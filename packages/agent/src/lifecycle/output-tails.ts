import type { Readable } from 'node:stream';
import type { OutputName } from 'ochopod-core/process';

/** The last lines of both outputs, oldest first; the last one may be unfinished, the first one cut. */
export type LastLines = Readonly<Record<OutputName, readonly string[]>>;

/** Of each output. */
const KEPT_BYTES = 4096;
const KEPT_LINES = 20;

/** Keeps the end of what a process prints: the reason of a crash is mostly in there. */
export class OutputTails {
  readonly #tails: Readonly<Record<OutputName, Tail>> = { stdout: new Tail(), stderr: new Tail() };

  follow(output: Readable, name: OutputName): void {
    output.on('data', (chunk: Buffer) => this.#tails[name].take(chunk));
    output.on('error', () => {}); // nobody writes any more
  }

  lastLines(): LastLines {
    return { stdout: this.#tails.stdout.lines(), stderr: this.#tails.stderr.lines() };
  }
}

/** Twice as much as is kept, so that it is moved to the front now and then only. */
class Tail {
  readonly #bytes = Buffer.alloc(2 * KEPT_BYTES);
  #end = 0;
  #taken = 0;

  take(chunk: Buffer): void {
    const piece = chunk.subarray(-KEPT_BYTES);
    if (this.#end + piece.length > this.#bytes.length) {
      this.#bytes.copyWithin(0, this.#end - KEPT_BYTES, this.#end);
      this.#end = KEPT_BYTES;
    }
    piece.copy(this.#bytes, this.#end);
    this.#end += piece.length;
    this.#taken += chunk.length;
  }

  lines(): readonly string[] {
    const begin = Math.max(0, this.#end - KEPT_BYTES);
    const lines = this.#bytes.toString('utf8', begin, this.#end).split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    // A line that began before is shown only if there is no other.
    if (lines.length > 1 && this.#taken > KEPT_BYTES) lines.shift();
    return lines.slice(-KEPT_LINES);
  }
}
