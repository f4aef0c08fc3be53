import type { Clock } from 'ochopod-core';

import type { Faults } from './faults.ts';

/** How a server is started; all of it is optional. */
export interface ZooKeeperServerOptions {
  /** Address to listen on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: 0, any that is free. */
  readonly port?: number;
  /**
   * The server's tick, in milliseconds: sessions expire on ticks, and ask for 2 to `maxSessionTimeoutMs`. Default: 200,
   * a tenth of what Apache's server has, so that a laptop may ask for short sessions.
   */
  readonly tickMs?: number;
  /** The longest session that a client can have. Default: 60 000. */
  readonly maxSessionTimeoutMs?: number;
  /** Keep what is written in this directory; without it everything is in memory and gone at the end. */
  readonly dataDir?: string;
  readonly clock?: Clock;
  /** Milliseconds since 1970, for `ctime` and `mtime`. */
  readonly wallTime?: () => number;
  /** Told in one sentence what happens: sessions that come and go, faults, frames that were refused. */
  readonly onEvent?: (event: string) => void;
}

/** A running server that clients of ZooKeeper 3.5 to 3.9 talk to. */
export interface ZooKeeperServer {
  readonly host: string;
  readonly port: number;
  readonly faults: Faults;
  sessions(): readonly SessionSummary[];
  /** End it as a stop of the process would: connections are cut, sessions are kept where there is a `dataDir`. */
  close(): Promise<void>;
}

export interface SessionSummary {
  /** As ZooKeeper prints it: `0x100004b0c3f0000`. */
  readonly id: string;
  readonly timeoutMs: number;
  /** `address:port` of the client; nothing while it is not connected. */
  readonly client: string | undefined;
  readonly ephemerals: readonly string[];
  readonly watches: number;
}
