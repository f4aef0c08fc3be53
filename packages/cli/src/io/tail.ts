import { watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

import { messageOf, OchoError, Wakeup } from 'ochopod-core';

import type { TailOptions } from '../context.ts';

const FIRST_LOOK_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;

/** Tell the last lines of a file and, when it is followed, each that is added, until it is removed or the signal aborts. */
export async function tail(path: string, options: TailOptions): Promise<void> {
  const file = await open(path).catch((cause) => {
    throw new OchoError(`cannot read ${path}: ${messageOf(cause)}`, { code: 'NOT_FOUND', cause });
  });
  const changed = new Wakeup();
  // Before anything is read, so that nothing is missed.
  const watcher = options.follow ? watch(path, () => changed.wake()) : undefined;
  try {
    const { size } = await file.stat();
    const { begin, lines, rest } = await lastLines(file, { size, count: options.lines });
    options.onLines(options.follow || rest === '' ? lines : [...lines, rest]);
    if (options.follow) await follow({ unread: new Unread(file, begin), changed, options });
  } finally {
    watcher?.close();
    await file.close();
  }
}

interface LastLines {
  readonly lines: readonly string[];
  /** A last line that is not finished, */
  readonly rest: string;
  /** and where it begins. */
  readonly begin: number;
}

/** Look at more and more of the end, until there is enough. */
async function lastLines(file: FileHandle, { size, count }: { readonly size: number; readonly count: number }) {
  for (let look = FIRST_LOOK_BYTES; ; look *= 4) {
    const found = linesOf(await read(file, { from: Math.max(0, size - look), to: size }), size);
    // The first may be the end of a longer one.
    const isEnough = found.lines.length > count || look >= size;
    if (isEnough) return { ...found, lines: count === 0 ? [] : found.lines.slice(-count) };
  }
}

function linesOf(bytes: Buffer, end: number): LastLines {
  const finished = bytes.lastIndexOf('\n') + 1;
  const text = bytes.toString('utf8', 0, finished);
  const lines = text === '' ? [] : text.slice(0, -1).split('\n');
  return { lines, rest: bytes.toString('utf8', finished), begin: end - bytes.length + finished };
}

interface Following {
  readonly unread: Unread;
  readonly changed: Wakeup;
  readonly options: TailOptions;
}

async function follow({ unread, changed, options: { onLines, signal } }: Following): Promise<void> {
  while (await unread.drain(onLines)) await changed.next(signal);
}

/** What was added to a file, line by line. */
class Unread {
  readonly #file: FileHandle;
  readonly #decoder = new StringDecoder('utf8');
  #at: number;
  #unfinished = '';

  constructor(file: FileHandle, from: number) {
    this.#file = file;
    this.#at = from;
  }

  /** @returns whether the file is still there */
  async drain(onLines: TailOptions['onLines']): Promise<boolean> {
    const { size, nlink } = await this.#file.stat();
    if (size < this.#at) this.#at = 0; // it was emptied
    while (this.#at < size) {
      const to = Math.min(this.#at + READ_BYTES, size);
      const lines = (this.#unfinished + this.#decoder.write(await read(this.#file, { from: this.#at, to }))).split(
        '\n',
      );
      this.#at = to;
      this.#unfinished = lines.pop() ?? '';
      if (lines.length > 0) onLines(lines);
    }
    return nlink > 0;
  }
}

async function read(file: FileHandle, { from, to }: { readonly from: number; readonly to: number }): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), { position: from });
  return buffer.subarray(0, bytesRead);
}
