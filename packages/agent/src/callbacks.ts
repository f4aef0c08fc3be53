import { asError, type Clock, isOchoError, messageOf, OchoError, withDeadline } from 'ochopod-core';

import type { Log } from './logging.ts';
import type { CallbackContext, CallbackName, PodScript } from './script/pod-script.ts';
import { modelOf } from './script/script-settings.ts';

export interface CallbacksOptions {
  readonly script: PodScript;
  /** The variable `pod`, parsed. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The one door to the author's code: every callback runs through here, with a time limit and a signal of its
 * own, and what it throws is logged.
 */
export class Callbacks {
  readonly #options: CallbacksOptions;
  readonly #scriptLog: Log;
  /** In seconds. */
  readonly #grace: number;

  constructor(options: CallbacksOptions) {
    this.#options = options;
    this.#scriptLog = options.log.child({ component: 'script' });
    this.#grace = modelOf(options.script).grace;
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
    return (this.#options.script.timeouts?.[name] ?? this.#grace) * 1000;
  }

  #failure(name: CallbackName, error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    this.#options.log.warn({ callback: name, err: asError(error) }, 'callback failed');
    if (isOchoError(error, 'TIMEOUT')) return error;
    return new OchoError(`${name}() failed: ${messageOf(error)}`, { code: 'POD_FAILED', cause: error });
  }
}
