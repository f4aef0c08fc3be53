import { type Clock, messageOf } from 'ochopod-core';

import type { Callbacks } from '../callbacks.ts';
import type { Log } from '../logging.ts';
import type { Metrics, RunningProcess } from '../pod-script.ts';

export interface SanityChecksOptions {
  readonly callbacks: Callbacks;
  readonly clock: Clock;
  readonly log: Log;
  /** Checks that may fail in a row. */
  readonly checks: number;
  readonly everyMs: number;
  /** The process to look at; there is none while a crashed one waits for its next start. */
  readonly process: () => RunningProcess | undefined;
  /** Told once when too many checks failed in a row; checking has ended then. */
  readonly onExhausted: (isCurrent: () => boolean) => void;
}

/** Looks after the process for as long as it is meant to run, beside the requests and never in their way. */
export class SanityChecks {
  readonly #options: SanityChecksOptions;
  #checking: AbortController | undefined;
  #crash: string | undefined;
  #metrics: Metrics = {};
  #failures = 0;

  constructor(options: SanityChecksOptions) {
    this.#options = options;
  }

  /** What the last check returned. */
  get metrics(): Metrics {
    return this.#metrics;
  }

  /** How many checks have failed so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Begin to check; goes on through crashes and restarts until `stop`. */
  start(): void {
    if (this.#checking !== undefined) return;
    this.#crash = undefined;
    const checking = new AbortController();
    this.#checking = checking;
    this.#run(checking.signal).catch((error: unknown) => {
      if (!checking.signal.aborted) this.#options.log.error({ err: error }, 'sanity checks broke down');
    });
  }

  stop(): void {
    this.#checking?.abort();
    this.#checking = undefined;
  }

  /** A crash makes the next check fail, however well the process does by then. */
  noteCrash(how: string): void {
    this.#crash = how;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs, checks, log, onExhausted } = this.#options;
    for (let failed = 0; failed < checks; ) {
      await clock.sleep(everyMs, signal);
      const trouble = await this.#check(signal);
      signal.throwIfAborted();
      failed = trouble === undefined ? 0 : failed + 1;
      if (trouble === undefined) continue;
      this.#failures += 1;
      log.warn({ failed, checks, why: trouble }, 'sanity check failed');
    }
    onExhausted(() => !signal.aborted);
  }

  /** What the author returns is shown to everybody: only what JSON can say. */
  #take(metrics: unknown): void {
    try {
      const shown: unknown = JSON.parse(JSON.stringify(metrics));
      if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) throw new Error('it is no object');
      this.#metrics = shown as Metrics;
    } catch (error) {
      this.#options.log.warn({ why: messageOf(error) }, 'sanityCheck() returned no metrics');
    }
  }

  /** @returns what is wrong, if anything is */
  async #check(signal: AbortSignal): Promise<string | undefined> {
    const crash = this.#crash;
    this.#crash = undefined;
    if (crash !== undefined) return crash;
    const process = this.#options.process();
    if (process === undefined) return 'the process is not running';
    try {
      const metrics = await this.#options.callbacks.run('sanityCheck', signal, (script, context) =>
        script.sanityCheck?.(process, context),
      );
      if (metrics !== undefined && !signal.aborted) this.#take(metrics);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
}
