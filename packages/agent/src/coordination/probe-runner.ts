import { type Clock, type ClusterViewJson, Wakeup } from 'ochopod-core';

export interface ProbeOptions {
  readonly everyMs: number;
  /** The script's probe, bounded in time; never rejects: what it throws is a status too, and so is what else it returns. */
  readonly run: (view: ClusterViewJson, signal: AbortSignal) => Promise<unknown>;
}

/** Runs the script's probe in the leader: right after every configuration, then every so often. */
export class ProbeRunner {
  readonly #options: ProbeOptions;
  readonly #clock: Clock;
  readonly #onStatus: (status: string) => void;
  readonly #wakeup = new Wakeup();
  #view: ClusterViewJson | undefined;

  constructor(options: ProbeOptions, clock: Clock, onStatus: (status: string) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#onStatus = onStatus;
  }

  probeNow(view: ClusterViewJson): void {
    this.#view = view;
    this.#wakeup.wake();
  }

  /** Ends, without failing, when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#untilDue(signal).catch(() => {});
      if (this.#view === undefined || signal.aborted) continue;
      const status = await this.#options.run(this.#view, signal);
      if (!signal.aborted) this.#onStatus(String(status ?? ''));
    }
  }

  async #untilDue(signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const either = AbortSignal.any([signal, woken.signal]);
    try {
      await Promise.race([this.#wakeup.next(either), this.#clock.sleep(this.#options.everyMs, either)]);
    } finally {
      woken.abort();
    }
  }
}
