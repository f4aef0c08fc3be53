import type { Clock } from '../waiting/clock.ts';

export interface ConnectOptions {
  /** `zk://[user:password@]host:port,host:port[/chroot]`, or the same without `zk://`; the port defaults to 2181. */
  readonly servers: string;
  /** How long ZooKeeper keeps the session without hearing from us; the server may negotiate another. */
  readonly sessionTimeoutMs: number;
  /** How long to try before giving up with an error that names every server tried. */
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** Told of each disconnection and reconnection within the session, in words for a log. */
  readonly onEvent?: (event: string) => void;
}
