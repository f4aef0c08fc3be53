import { backoffMs } from '../../waiting/backoff.ts';
import type { Clock } from '../../waiting/clock.ts';

/** Between two rounds over all servers; well below the shortest sessions, so that a restart is survived. */
const BACKOFF = { firstMs: 50, maxMs: 1_000, factor: 2, jitter: 0.5 };

/** How it goes with the servers: which one is tried or used, since when, and why each was of no use last time. */
export class Attempts {
  /** By server. */
  readonly problems = new Map<string, string>();
  readonly #clock: Clock;
  #server = '';
  #startedAt = 0;
  #readyAt: number | undefined;
  /** Connections in a row that were of no use. */
  #failures = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The server of the moment. */
  get server(): string {
    return this.#server;
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  get isReady(): boolean {
    return this.#readyAt !== undefined;
  }

  begin(server: string): void {
    this.#server = server;
    this.#startedAt = this.#clock.now();
    if (!this.problems.has(server)) this.problems.set(server, 'no answer');
  }

  ready(): void {
    this.#readyAt = this.#clock.now();
    this.problems.delete(this.#server);
  }

  failed(because: string): void {
    this.problems.set(this.#server, because);
  }

  /** The connection has ended: was it of use? One that broke soon after it was ready was not. */
  count(sessionTimeoutMs: number): void {
    const lived = this.#readyAt === undefined ? 0 : this.#clock.now() - this.#readyAt;
    this.#failures = lived > Math.min(1_000, sessionTimeoutMs / 3) ? 0 : this.#failures + 1;
  }

  end(): void {
    this.#readyAt = undefined;
  }

  /** Before the next attempt; none until each of so many servers was tried in vain. */
  pauseMs(servers: number, random: number): number {
    const rounds = Math.floor(this.#failures / servers);
    return rounds === 0 ? 0 : backoffMs(BACKOFF, rounds, random);
  }
}
