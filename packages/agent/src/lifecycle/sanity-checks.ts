import { type Clock, messageOf } from 'ochopod-core';

import { authorsJson } from '../authors-json.ts';
import type { Callbacks } from '../callbacks.ts';
import type { Log } from '../logging.ts';
import type { Metrics, RunningProcess } from '../script/pod-script.ts';

export interface SanityChecksOptions {
  readonly callbacks: Callbacks;
  readonly clock: Clock;
  readonly log: Log;
  /** Checks that may fail in a row. */
  readonly checks: number;
  readonly everyMs: number;
  /** The process to look at; none once it has ended. */
  readonly process: () => RunningProcess | undefined;
  /** Told of each check that found the process well. */
  readonly onPassed: () => void;
  /** Told once when too many checks failed in a row, with what the last one said; checking has ended then. */
  readonly onExhausted: (why: string, isCurrent: () => boolean) => void;
}

/**
 * Asks the author how one run of the process does, beside the requests and never in their way. A process that ended is
 * not asked after: whether it crashed is no question of checks.
 */
export class SanityChecks {
  readonly #options: SanityChecksOptions;
  #checking: AbortController | undefined;
  #metrics: Metrics = {};
  #failures = 0;

  constructor(options: SanityChecksOptions) {
    this.#options = options;
  }

  /** What the last check of the process that runs returned. */
  get metrics(): Metrics {
    return this.#metrics;
  }

  /** How many checks have failed so far. */
  get failures(): number {
    return this.#failures;
  }

  /** Begin to check a process that was just started. */
  start(): void {
    this.stop();
    const checking = new AbortController();
    this.#checking = checking;
    this.#run(checking.signal).catch((error: unknown) => {
      if (!checking.signal.aborted) this.#options.log.error({ err: error }, 'sanity checks broke down');
    });
  }

  /** Nothing runs any more, or is about to end. */
  stop(): void {
    this.#checking?.abort();
    this.#checking = undefined;
    this.#metrics = {};
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs, checks, log, onPassed, onExhausted } = this.#options;
    for (let failed = 0; ; ) {
      await clock.sleep(everyMs, signal);
      const process = this.#options.process();
      if (process === undefined) return;
      const trouble = await this.#check(process, signal);
      signal.throwIfAborted();
      failed = trouble === undefined ? 0 : failed + 1;
      if (trouble === undefined) {
        onPassed();
        continue;
      }
      this.#failures += 1;
      log.warn({ failed, checks, why: trouble }, 'sanity check failed');
      if (failed >= checks) return onExhausted(trouble, () => !signal.aborted);
    }
  }

  /** What the author returns is shown to everybody: only what JSON can say. */
  #take(metrics: unknown): void {
    try {
      const shown: unknown = JSON.parse(authorsJson(metrics));
      if (typeof shown !== 'object' || shown === null || Array.isArray(shown)) throw new Error('it is no object');
      this.#metrics = shown as Metrics;
    } catch (error) {
      this.#options.log.warn({ why: messageOf(error) }, 'sanityCheck() returned no metrics');
    }
  }

  /** @returns what is wrong, if anything is */
  async #check(process: RunningProcess, signal: AbortSignal): Promise<string | undefined> {
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
