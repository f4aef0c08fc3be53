import type { DurableLog } from '../durable-log.ts';

export interface JournalOptions {
  /** Nothing: what is written lives as long as the process, and counts as kept at once. */
  readonly log: DurableLog | undefined;
  /** What a snapshot would hold now. */
  readonly snapshot: () => Uint8Array;
  /** Called when more of what was written is on disk. */
  readonly onKept: () => void;
  /** Called when the disk does not take it any more; nothing is kept from then on. */
  readonly onFailure: (error: unknown) => void;
}

/** Counts what was written, and what of it is on disk. */
export class Journal {
  readonly #options: JournalOptions;
  #written = 0;
  #kept = 0;
  #isTakingSnapshot = false;
  #hasFailed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** How many entries were written so far. */
  get written(): number {
    return this.#written;
  }

  /** How many of them would survive the process. */
  get kept(): number {
    return this.#kept;
  }

  write(encode: () => Uint8Array): void {
    const { log } = this.#options;
    if (log === undefined) return;
    this.#written += 1;
    const number = this.#written;
    log.append(encode()).then(() => this.#onAppended(number), this.#fail);
    if (log.isSnapshotDue && !this.#isTakingSnapshot) this.#takeSnapshot(log);
  }

  async close(): Promise<void> {
    await this.#options.log?.close();
  }

  #onAppended(number: number): void {
    if (this.#hasFailed) return;
    this.#kept = Math.max(this.#kept, number);
    this.#options.onKept();
  }

  #takeSnapshot(log: DurableLog): void {
    this.#isTakingSnapshot = true;
    log
      .snapshot(this.#options.snapshot())
      .finally(() => {
        this.#isTakingSnapshot = false;
      })
      .catch(this.#fail);
  }

  readonly #fail = (error: unknown): void => {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(error);
  };
}
