import { afterAll, beforeAll } from 'vitest';

import { startZooKeeperServer } from '../../../src/zookeeper/index.ts';
import type { ZooKeeperServer } from '../../../src/zookeeper/zookeeper-server.ts';

/** The sandbox's server, one for a whole file. */
export function sandboxServer(): () => ZooKeeperServer {
  let server: ZooKeeperServer | undefined;
  beforeAll(async () => {
    server = await startZooKeeperServer();
  });
  afterAll(() => server?.close());
  return () => {
    if (server === undefined) throw new Error('the server does not run');
    return server;
  };
}
