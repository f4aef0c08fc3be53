import type { Clock } from '../waiting/clock.ts';

/**
 * How long we may still believe in the session.
 *
 * The server counts from the last request that it has got from us. All that we know of that is which of our requests
 * it has answered, so the lease runs from the moment at which the latest of these was *sent*: when it is over the
 * server may have given the session up, whether or not it can be reached to say so, and not before.
 */
export class Lease {
  readonly #clock: Clock;
  readonly #expire: () => void;
  readonly #ended = new AbortController();
  #timeoutMs = 0;
  /** When the latest request that the server has answered was sent. */
  #confirmed = Number.NEGATIVE_INFINITY;
  /** When the latest request was sent, answered or not. */
  #sent = Number.NEGATIVE_INFINITY;
  #running = false;

  constructor(clock: Clock, expire: () => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  /** The server has told for how long it keeps the session. */
  begin(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    if (this.#running || this.#ended.signal.aborted) return;
    this.#running = true;
    void this.#watch();
  }

  sent(at: number): void {
    // Else the first request after a pause, perhaps a mere ping, would hide that the pause was too long.
    this.check();
    this.#sent = Math.max(this.#sent, at);
  }

  /** The server has answered what was sent at that time. */
  answered(sentAt: number): void {
    this.#sent = Math.max(this.#sent, sentAt);
    this.#confirmed = Math.max(this.#confirmed, sentAt);
  }

  /**
   * Expire now if nothing that the server may still have to tell could save us.
   *
   * This is how a process finds out that it was stopped for too long before it acts on anything else.
   */
  check(): void {
    if (this.#running && this.#clock.now() >= this.#sent + this.#timeoutMs) this.#finish();
  }

  end(): void {
    this.#running = false;
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    try {
      for (;;) {
        const due = this.#confirmed + this.#timeoutMs;
        await this.#clock.sleep(Math.max(1, due - this.#clock.now()), this.#ended.signal);
        this.check();
        // We may be late ourselves, with an answer in the socket that was never read: one turn of grace for it.
        await this.#clock.sleep(1, this.#ended.signal);
        if (this.#clock.now() >= this.#confirmed + this.#timeoutMs) return this.#finish();
      }
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
    }
  }

  #finish(): void {
    this.end();
    this.#expire();
  }
}
