import { afterAll, beforeAll } from 'vitest';
import { startZooKeeper, type ZooKeeper, zookeeperAvailable } from '../../../../scripts/zookeeper.mjs';
import { type Clock, systemClock } from '../../src/waiting/clock.ts';
import { connectSession } from '../../src/zookeeper/connect-session.ts';
import type { Session } from '../../src/zookeeper/session.ts';

const availability = zookeeperAvailable();
const NEVER = new AbortController().signal;

/** For `describe.skipIf`. */
export const noServer = !availability.available;
/** For the title of what is skipped, so that nobody takes silence for success. */
export const unless = availability.available ? '' : ` SKIPPED: ${availability.because}`;

/** Apache's own server, one for a whole file. */
export function realServer(): () => ZooKeeper {
  let server: ZooKeeper | undefined;
  beforeAll(async () => {
    server = availability.available ? await startZooKeeper() : undefined;
  });
  afterAll(() => server?.stop());
  return () => {
    if (server === undefined) throw new Error('the server does not run');
    return server;
  };
}

export interface JoinOptions {
  readonly sessionTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly onEvent?: (event: string) => void;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** A session with whatever serves there. */
export function join(servers: string | number, { signal = NEVER, ...options }: JoinOptions = {}): Promise<Session> {
  return connectSession(
    {
      servers: typeof servers === 'number' ? `127.0.0.1:${servers}` : servers,
      sessionTimeoutMs: 4_000,
      connectTimeoutMs: 10_000,
      clock: systemClock,
      ...options,
    },
    signal,
  );
}
