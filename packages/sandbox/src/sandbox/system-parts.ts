import { systemClock } from 'ochopod-core';

import type { SandboxParts } from './start-sandbox.ts';

/** The real ones; loaded when they are needed, since whoever only looks at a sandbox needs none. */
export const systemParts: SandboxParts = {
  clock: systemClock,
  startZooKeeper: async (options) => {
    const { startZooKeeperServer } = await import('../zookeeper/index.ts');
    return startZooKeeperServer(options);
  },
  startScheduler: async (options) => {
    const { startScheduler } = await import('../marathon/index.ts');
    return startScheduler(options);
  },
  endOrphans: async (directory) => {
    const { endOrphans } = await import('../marathon/tasks/end-orphans.ts');
    return endOrphans(directory);
  },
};
