import { afterAll, beforeAll } from 'vitest';

import { startZooKeeper, type ZooKeeper, zookeeperAvailable } from '../../../../../scripts/zookeeper.mjs';

const availability = zookeeperAvailable();

/** For `describe.skipIf`. */
export const noApache = !availability.available;
/** For the title of what is skipped, so that nobody takes silence for success. */
export const unlessApache = availability.available ? '' : ` SKIPPED: ${availability.because}`;

/** Apache's own server, one for a whole file. */
export function apacheServer(): () => ZooKeeper {
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
