import { randomBytes } from 'node:crypto';

import type { Clock } from 'ochopod-core';

import type { DurableLog, Kept } from '../durable-log.ts';
import { Journal, type JournalOptions } from '../persistence/journal.ts';
import { decodeSnapshot, encodeSnapshot } from '../persistence/snapshot-codec.ts';
import { decodeEntry, type Entry, encodeEntry } from '../persistence/txn-codec.ts';
import { firstSessionId, type Session } from '../sessions/session.ts';
import { SessionTable } from '../sessions/session-table.ts';
import { DataTree } from '../tree/data-tree.ts';
import type { Txn, ZnodeTxn } from '../tree/txn.ts';
import { Watches } from '../watches/watches.ts';

export interface DatabaseOptions extends Pick<JournalOptions, 'onKept' | 'onFailure'> {
  readonly clock: Clock;
  readonly wallTime: () => number;
  readonly tickMs: number;
  readonly log: DurableLog | undefined;
}

/** All that the server knows: znodes, sessions, watches, and the number of the last transaction. */
export class Database {
  readonly tree = new DataTree();
  readonly watches = new Watches();
  readonly sessions: SessionTable;
  readonly journal: Journal;
  readonly #clock: Clock;
  readonly #wallTime: () => number;
  #zxid = 0;
  #nextSession: bigint;

  constructor({ clock, wallTime, tickMs, log, onKept, onFailure }: DatabaseOptions) {
    this.#clock = clock;
    this.#wallTime = wallTime;
    this.sessions = new SessionTable(tickMs);
    this.#nextSession = firstSessionId(wallTime());
    this.journal = new Journal({ log, onKept, onFailure, snapshot: () => this.#snapshot() });
  }

  /** The last transaction's. */
  get zxid(): number {
    return this.#zxid;
  }

  /**
   * Make a transaction happen: watchers hear of it, and the journal keeps it.
   *
   * @param onStep told of every step after it was made, and before the next is
   */
  commit(txn: Txn, onStep: (step: ZnodeTxn) => void = () => {}): void {
    const stamp = { zxid: this.#zxid + 1, time: this.#wallTime() };
    this.#apply({ stamp, txn }, onStep);
    this.journal.write(() => encodeEntry({ stamp, txn }));
  }

  openSession(timeoutMs: number): Session {
    const session = this.#nextSession;
    this.#nextSession += 1n;
    const password = randomBytes(16);
    this.commit({ type: 'openSession', session, timeoutMs, password });
    return this.sessions.get(session) ?? { id: session, password, timeoutMs, connection: undefined };
  }

  /**
   * Take over what was kept. Sessions have their whole timeout to come back.
   *
   * @throws {OchoError} `INVALID_INPUT` when it was not written by a server like this one
   */
  restore({ snapshot, records }: Kept): void {
    if (snapshot !== undefined) this.#restoreSnapshot(snapshot);
    for (const record of records) {
      this.#apply(decodeEntry(record), () => {});
    }
  }

  #apply({ stamp, txn }: Entry, onStep: (step: ZnodeTxn) => void): void {
    this.#zxid = stamp.zxid;
    this.tree.apply(txn, stamp, { onChange: this.watches.onChange, onStep });
    if (txn.type === 'openSession') this.#addSession({ ...txn, id: txn.session });
    if (txn.type === 'closeSession') this.sessions.remove(txn.session);
  }

  #addSession({ id, password, timeoutMs }: Pick<Session, 'id' | 'password' | 'timeoutMs'>): void {
    this.sessions.add({ id, password, timeoutMs, connection: undefined }, this.#clock.now());
    if (id >= this.#nextSession) this.#nextSession = id + 1n;
  }

  #snapshot(): Uint8Array {
    return encodeSnapshot({ zxid: this.#zxid, sessions: this.sessions.all(), znodes: this.tree.entries() });
  }

  #restoreSnapshot(state: Uint8Array): void {
    const { zxid, sessions, znodes } = decodeSnapshot(state);
    this.#zxid = zxid;
    for (const session of sessions) this.#addSession(session);
    for (const [path, znode] of znodes) this.tree.restore(path, znode);
  }
}
