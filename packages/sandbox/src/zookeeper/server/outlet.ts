import type { Clock } from 'ochopod-core';

import type { Journal } from '../persistence/journal.ts';
import type { Connection } from './connection.ts';

export interface OutletOptions {
  readonly clock: Clock;
  /** Ends waiting for the time of delayed replies. */
  readonly signal: AbortSignal;
  readonly journal: Pick<Journal, 'written' | 'kept'>;
}

/** What the outlet needs of a connection. */
export type Sender = Pick<Connection, 'isHeld' | 'isClosed' | 'out' | 'unsent' | 'deliver'>;

interface Parcel {
  readonly connection: Sender;
  readonly bytes: Buffer;
  /** Entries of the journal that must be kept before. */
  readonly written: number;
  readonly dueAt: number;
}

/**
 * The one way out: what was written into connections leaves together, in order, and not before the disk has everything
 * that it tells of, be it a reply, an event or what another client read.
 */
export class Outlet {
  /** How much later than otherwise everything leaves, in milliseconds. */
  delayMs = 0;
  readonly #options: OutletOptions;
  readonly #waiting = new Set<Sender>();
  readonly #parcels: Parcel[] = [];
  #isPaused = false;
  #isSleeping = false;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.flush();
    this.drain();
  }

  /** There is something in the connection's `out`, or its last has been said. */
  mark(connection: Sender): void {
    this.#waiting.add(connection);
  }

  /** Send what was written since the last time. */
  flush(): void {
    if (this.#isPaused || this.#waiting.size === 0) return;
    for (const connection of this.#waiting) {
      if (connection.isHeld) continue;
      this.#waiting.delete(connection);
      if (!connection.isClosed) this.#send(connection);
    }
  }

  /** Send what has waited for the disk or for its time, if that is over. */
  drain(): void {
    if (this.#isPaused) return;
    const { journal, clock } = this.#options;
    const now = clock.now();
    const isHeldUp = ({ written, dueAt }: Parcel) => written > journal.kept || dueAt > now;
    const count = this.#parcels.findIndex(isHeldUp);
    for (const { connection, bytes } of this.#parcels.splice(0, count === -1 ? this.#parcels.length : count)) {
      connection.deliver(bytes);
    }
    const next = this.#parcels[0];
    if (next !== undefined && next.dueAt > now && !this.#isSleeping) void this.#drainIn(next.dueAt - now);
  }

  #send(connection: Sender): void {
    const { journal, clock } = this.#options;
    const bytes = connection.out.take();
    connection.unsent += bytes.length;
    if (this.delayMs === 0 && this.#parcels.length === 0 && journal.written === journal.kept) {
      connection.deliver(bytes);
      return;
    }
    this.#parcels.push({ connection, bytes, written: journal.written, dueAt: clock.now() + this.delayMs });
    if (this.#parcels.length === 1) this.drain();
  }

  async #drainIn(ms: number): Promise<void> {
    this.#isSleeping = true;
    try {
      await this.#options.clock.sleep(ms, this.#options.signal);
    } catch {
      return; // the server ends
    }
    this.#isSleeping = false;
    this.drain();
  }
}
