/**
 * Buttons that break a server on purpose, for tests and for demonstrations. Sessions are named as ZooKeeper prints
 * them, `0x100004b0c3f0000`; where none is named, all are meant.
 */
export interface Faults {
  /**
   * Expire a session now: its ephemerals go, its client hears of it when it is connected or comes back.
   *
   * @returns whether there was such a session
   */
  expireSession(session: string): boolean;
  /** Cut connections. Their sessions go on, and may be resumed. @returns how many were cut */
  dropConnections(session?: string): number;
  /** Leave connections open and answer nothing on them, not even pings, until `release`. @returns how many are held */
  holdConnections(session?: string): number;
  /** Answer again on connections that were held; what they sent meanwhile is handled now. */
  release(): void;
  /** Whether new connections are closed at once. */
  refuseConnections(refuse: boolean): void;
  /** Answer this much later, in order; 0 ends it. */
  delayReplies(ms: number): void;
  /** Stop the whole server, its clock included, as SIGSTOP would. */
  pause(): void;
  resume(): void;
  /** End every fault that lasts. */
  clear(): void;
  /** Faults in force, in words, for a status line. */
  inForce(): readonly string[];
}
