/**
 * What recipes and the registry are written against: one ZooKeeper session, in our words.
 *
 * Every call takes the caller's signal and rejects with `signal.reason` when it aborts, or with the
 * `SESSION_LOST` error of `lost` when that comes first. A connection that breaks within the session's life is
 * no failure: calls wait for the next one and are sent again where that is safe. The real one is
 * `connectSession`; unit tests use `MemoryEnsemble`, which passes the same contract tests.
 *
 * Failures: `NOT_FOUND` (no such znode), `CONFLICT` (exists, other version, not empty), `DENIED` (ACL, bad
 * credentials), `TOO_LARGE`, `INVALID_INPUT` (bad path), `SESSION_LOST`, `UNREACHABLE` (the server failed in a way that we do
 * not know).
 */
export interface Session {
  /** The session's id, as ZooKeeper's own tools print it: `0x100006e8e2a0001`. */
  readonly id: string;
  /** Aborts once the session can no longer be trusted, also by `close`; the reason is a `SESSION_LOST` OchoError. */
  readonly lost: AbortSignal;

  /** A znode's data and stat, `undefined` when there is none. */
  get(path: string, signal: AbortSignal): Promise<Znode | undefined>;
  /** Names of a znode's children in no particular order, `undefined` when there is no such znode. */
  children(path: string, signal: AbortSignal): Promise<readonly string[] | undefined>;

  /** Make sure that a persistent znode and its parents exist. */
  ensure(path: string, signal: AbortSignal): Promise<void>;
  /**
   * Create `<parent>/<prefix><10-digit sequence>`, gone with the session.
   *
   * `prefix` must be unique to the caller: when the reply is lost it tells whether our node was created all the
   * same, so that there is never a second one. If the call rejects, none is left behind by the time that the
   * session ends.
   *
   * @returns the node's name, without the parent
   */
  createTicket(ticket: Ticket, signal: AbortSignal): Promise<string>;
  /** Write a znode's data whatever its version. */
  set(path: string, data: string, signal: AbortSignal): Promise<void>;
  /** Delete a znode; one that is already gone is a success. */
  remove(path: string, signal: AbortSignal): Promise<void>;
  /**
   * Carry all steps out, or none.
   *
   * When the connection breaks while it is under way the transaction may be sent again: write steps such that
   * doing them twice does no harm, or that the second time is refused.
   *
   * @throws {OchoError} `NOT_FOUND` or `CONFLICT`; `details.step` is the index of the step that was refused
   */
  transaction(steps: readonly TransactionStep[], signal: AbortSignal): Promise<void>;

  /**
   * The znode now, and again whenever it changed, comes or goes (`undefined`). Changes that follow each other
   * faster than they are taken are told as one. Ends only by throwing, or when the loop over it is left.
   */
  watchNode(path: string, signal: AbortSignal): AsyncIterable<Znode | undefined>;
  /** A znode's children now, and again whenever one comes or goes; `undefined` while there is no such znode. */
  watchChildren(path: string, signal: AbortSignal): AsyncIterable<readonly string[] | undefined>;

  /** End the session: its ephemeral znodes go now. Never rejects and is bounded in time; safe in every state. */
  close(): Promise<void>;
}

export interface Znode {
  readonly data: string;
  /** The transaction that created it: grows over the life of the ensemble. */
  readonly czxid: bigint;
  /** How often its data was written, from 0. */
  readonly version: number;
  /** The session that it goes with, `undefined` when it is persistent; written as `Session.id`. */
  readonly owner: string | undefined;
}

export interface Ticket {
  readonly parent: string;
  readonly prefix: string;
  readonly data: string;
}

export type TransactionStep =
  | { readonly kind: 'check'; readonly path: string }
  | { readonly kind: 'create'; readonly path: string; readonly data: string; readonly ephemeral: boolean }
  | { readonly kind: 'set'; readonly path: string; readonly data: string; readonly version?: number }
  | { readonly kind: 'remove'; readonly path: string };
