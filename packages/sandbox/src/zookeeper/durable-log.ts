/**
 * What a server keeps on disk: a snapshot of its state and, after it, everything that changed, in order. Knows
 * bytes only.
 */
export interface DurableLog {
  /**
   * What was kept: the newest whole snapshot, and each record appended after it. Called once, before anything else. A
   * torn tail is cut off.
   *
   * @throws {OchoError} `CONFLICT` when another process uses the directory, `INVALID_INPUT` when what is there is
   *   damaged elsewhere than at its end
   */
  load(): Promise<Kept>;
  /**
   * Keep a record. Those appended together are written together.
   *
   * @returns when it is on disk: what must not be acknowledged before
   */
  append(record: Uint8Array): Promise<void>;
  /** Whether so much was appended since the last snapshot that a new one is due. */
  readonly isSnapshotDue: boolean;
  /** Replace everything appended so far by this state, without ever being without either. */
  snapshot(state: Uint8Array): Promise<void>;
  /** Resolve when everything is on disk, and let go of the directory. */
  close(): Promise<void>;
}

export interface Kept {
  readonly snapshot: Uint8Array | undefined;
  readonly records: readonly Uint8Array[];
}
