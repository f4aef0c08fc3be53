import { asError, type Clock, isOchoError, messageOf, OchoError, withDeadline } from 'ochopod-core';

import type { Log } from './logging.ts';
import type { CallbackContext, CallbackName, PodScript } from './pod-script.ts';

export interface CallbacksOptions {
  readonly script: PodScript;
  /** The variable `pod`, parsed. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Seconds that a pod has to answer a control request, and its callbacks unless told otherwise. */
export const DEFAULT_GRACE_SECONDS = 60;

/**
 * The one door to the author's code: every callback runs through here, with a time limit and a signal of its
 * own, and what it throws is logged.
 */
export class Callbacks {
  readonly #options: CallbacksOptions;
  readonly #scriptLog: Log;

  constructor(options: CallbacksOptions) {
    this.#options = options;
    this.#scriptLog = options.log.child({ component: 'script' });
  }

  /**
   * Run one callback of the script.
   *
   * @throws {OchoError} `POD_FAILED` with the message of what it threw, `TIMEOUT` when it did not come back in time
   * @throws `signal.reason` when `signal` aborts
   */
  async run<T>(
    name: CallbackName,
    signal: AbortSignal,
    call: (script: PodScript, context: CallbackContext) => T | Promise<T>,
  ): Promise<T> {
    const { script, settings, clock } = this.#options;
    const ms = this.limitMs(name);
    try {
      return await withDeadline({ clock, ms, what: `${name}()`, parent: signal }, async (limited) =>
        call(script, { signal: limited, settings, log: this.#scriptLog }),
      );
    } catch (error) {
      throw this.#failure(name, error, signal);
    }
  }

  /** How long a callback may take. */
  limitMs(name: CallbackName): number {
    const { timeouts, model } = this.#options.script;
    return (timeouts?.[name] ?? model?.grace ?? DEFAULT_GRACE_SECONDS) * 1000;
  }

  #failure(name: CallbackName, error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    this.#options.log.warn({ callback: name, err: asError(error) }, 'callback failed');
    if (isOchoError(error, 'TIMEOUT')) return error;
    return new OchoError(`${name}() failed: ${messageOf(error)}`, { code: 'POD_FAILED', cause: error });
  }
}
