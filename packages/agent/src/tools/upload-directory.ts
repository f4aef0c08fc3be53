import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OchoError } from 'ochopod-core';

/** A directory that one call of a tool has to itself. */
export class UploadDirectory implements AsyncDisposable {
  readonly path: string;
  readonly #names = new Set<string>();

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<UploadDirectory> {
    return new UploadDirectory(await mkdtemp(join(tmpdir(), 'ochopod-exec-')));
  }

  /**
   * Store a file under the base name of what its sender calls it: nothing gets out of the directory.
   *
   * @throws {OchoError} `INVALID_INPUT` when there is no usable name in it, or it came twice
   */
  async store(sentName: string, content: Readable, signal: AbortSignal): Promise<void> {
    const name = baseName(sentName);
    if (this.#names.has(name)) throw unusable(sentName, 'it came twice');
    this.#names.add(name);
    await pipeline(content, createWriteStream(join(this.path, name), { flags: 'wx', mode: 0o600 }), { signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Both kinds of slashes separate: senders may run on Windows. */
function baseName(sentName: string): string {
  const name = sentName.split(/[/\\]/).at(-1) ?? '';
  if (name === '' || name === '.' || name === '..') throw unusable(sentName, 'there is no file name in it');
  if (name.includes('\0')) throw unusable(sentName, 'it holds a NUL character');
  if (Buffer.byteLength(name) > 255) throw unusable(sentName, 'it is too long');
  return name;
}

function unusable(name: string, because: string): OchoError {
  return new OchoError(`cannot store the uploaded file ${JSON.stringify(name)}: ${because}`, { code: 'INVALID_INPUT' });
}
