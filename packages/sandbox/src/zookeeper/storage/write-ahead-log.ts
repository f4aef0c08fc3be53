import { isOchoError, messageOf, OchoError } from 'ochopod-core';

import type { DurableLog, Kept } from '../durable-log.ts';
import { frame, LOG_HEADER_BYTES, logHeader, snapshotFile } from './format.ts';
import { type Found, generationsOf, logName, readGenerations, snapshotName, unfinished } from './generations.ts';
import type { LogDirectory, LogFile } from './log-directory.ts';
import { WriteQueue } from './write-queue.ts';

export interface WriteAheadLogOptions {
  readonly directory: LogDirectory;
  /** Take the directory for this process alone. @returns lets go of it @throws {OchoError} `CONFLICT` */
  readonly lock: () => Promise<() => Promise<void>>;
  /** A snapshot is due when the logs are larger than this, and than the last snapshot. Default: 16 MiB. */
  readonly snapshotEveryBytes?: number;
}

const SNAPSHOT_EVERY_BYTES = 16 * 2 ** 20;

/**
 * Appends what happens to a log; a snapshot begins a new log and replaces the ones before.
 *
 * Once a write fails nobody knows what of it is on disk, so everything after it is refused: a new start finds out.
 */
export class WriteAheadLog implements DurableLog {
  readonly #directory: LogDirectory;
  readonly #lock: () => Promise<() => Promise<void>>;
  readonly #snapshotEveryBytes: number;
  readonly #queue: WriteQueue;
  #unlock: (() => Promise<void>) | undefined;
  /** The log that is appended to, its number and its length. */
  #file: LogFile | undefined;
  #number = 0;
  #length = 0;
  #snapshotBytes = 0;
  /** Appended since the last snapshot, written or not. */
  #appendedBytes = 0;
  #snapshotting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ directory, lock, snapshotEveryBytes = SNAPSHOT_EVERY_BYTES }: WriteAheadLogOptions) {
    this.#directory = directory;
    this.#lock = lock;
    this.#snapshotEveryBytes = snapshotEveryBytes;
    this.#queue = new WriteQueue(
      (records) => this.#write(records),
      (cause) => this.#cannot('write to', cause),
    );
  }

  async load(): Promise<Kept> {
    try {
      this.#unlock = await this.#lock();
      return await this.#open();
    } catch (error) {
      await this.#release();
      throw isOchoError(error) ? error : this.#cannot('use', error);
    }
  }

  append(record: Uint8Array): Promise<void> {
    this.#appendedBytes += record.byteLength;
    return this.#queue.append(record);
  }

  get isSnapshotDue(): boolean {
    if (this.#snapshotting !== undefined) return false;
    return this.#appendedBytes > Math.max(this.#snapshotEveryBytes, this.#snapshotBytes);
  }

  /** @throws {OchoError} when it cannot be written; what was kept before is kept then, and the log goes on */
  snapshot(state: Uint8Array): Promise<void> {
    this.#appendedBytes = 0;
    const begun = this.#queue.run(() => this.#beginLog());
    const before = this.#snapshotting?.catch(() => undefined);
    const done = Promise.all([begun, before]).then(([number]) => this.#replaceBy(state, number));
    const forget = () => {
      if (this.#snapshotting === done) this.#snapshotting = undefined;
    };
    this.#snapshotting = done;
    done.then(forget, forget);
    return done;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.close();
    await this.#snapshotting?.catch(() => undefined); // its caller was told
    await this.#release();
  }

  async #release(): Promise<void> {
    const [file, unlock] = [this.#file, this.#unlock];
    this.#file = undefined;
    this.#unlock = undefined;
    await file?.close();
    await unlock?.();
  }

  async #open(): Promise<Kept> {
    const generations = generationsOf(await this.#directory.names());
    const found = await readGenerations(this.#directory, generations);
    this.#number = found.lastLog;
    this.#snapshotBytes = found.snapshotBytes;
    this.#appendedBytes = found.logBytes;
    await this.#goOn(found);
    for (const name of generations.leftovers) await this.#directory.remove(name);
    return { snapshot: found.snapshot, records: found.records };
  }

  /** What was read must be on disk before anybody is told of it: who wrote it may have died before the sync. */
  async #goOn({ lastLog, length }: Found): Promise<void> {
    if (length === 0) return this.#create(lastLog);
    this.#file = await this.#directory.reopen(logName(lastLog), length);
    this.#length = length;
    await this.#file.sync();
    await this.#directory.sync();
  }

  async #create(number: number): Promise<void> {
    const file = await this.#directory.create(logName(number));
    this.#file = file;
    this.#number = number;
    this.#length = LOG_HEADER_BYTES;
    await file.append(logHeader(number));
    await file.sync();
    await this.#directory.sync();
  }

  async #write(records: readonly Uint8Array[]): Promise<void> {
    if (this.#file === undefined) throw new OchoError('it was not loaded', { code: 'INTERRUPTED' });
    const bytes = frame(records, { log: this.#number, offset: this.#length });
    await this.#file.append(bytes);
    await this.#file.sync();
    this.#length += bytes.length;
  }

  /** @returns the number of the new log */
  async #beginLog(): Promise<number> {
    const before = this.#file;
    try {
      await this.#create(this.#number + 1);
      return this.#number;
    } finally {
      await before?.close();
    }
  }

  async #replaceBy(state: Uint8Array, number: number): Promise<void> {
    const name = snapshotName(number);
    try {
      await this.#writeSnapshot(unfinished(name), snapshotFile(number, state));
      await this.#directory.rename(unfinished(name), name);
      await this.#directory.sync();
      this.#snapshotBytes = state.byteLength;
      for (const old of generationsOf(await this.#directory.names()).leftovers) await this.#directory.remove(old);
    } catch (cause) {
      throw this.#cannot('keep a snapshot in', cause);
    }
  }

  async #writeSnapshot(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const file = await this.#directory.create(name);
    try {
      for (const part of parts) await file.append(part);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #cannot(what: string, cause: unknown): OchoError {
    return new OchoError(`cannot ${what} ${this.#directory.path}: ${messageOf(cause)}`, {
      code: 'UNREACHABLE',
      hint: 'Make room or mend the disk, then start again: what was acknowledged is kept.',
      cause,
    });
  }
}
