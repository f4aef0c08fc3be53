import type { Clock } from 'ochopod-core';

import type { Announcement, Sandboxes } from '../context.ts';

export interface SandboxesOptions {
  /** Where sandboxes keep their state, a directory for each. */
  readonly home: string;
  readonly clock: Clock;
}

/** The real ones. Their code is loaded when it is first asked for: other commands start without it. */
export function createSandboxes({ home, clock }: SandboxesOptions): Sandboxes {
  const loaded = () => import('ochopod-sandbox');
  return {
    start: async (sandbox, onEvent) => (await loaded()).startSandbox({ ...sandbox, home, onEvent }),
    announce,
    detach: async (sandbox, signal) => {
      const { refuseIfRunning, sandboxPaths } = await loaded();
      await refuseIfRunning({ home, name: sandbox.name });
      const { detachSandbox } = await import('./detach-sandbox.ts');
      return detachSandbox({ sandbox, paths: sandboxPaths({ home, name: sandbox.name }), clock, signal });
    },
    find: async (name) => (await loaded()).findSandbox(home, name),
    list: async () => (await loaded()).listSandboxes(home),
    status: async ({ paths }, signal) => (await loaded()).askStatus({ socket: paths.socket, clock, signal }),
    fault: async ({ paths }, order, signal) =>
      (await loaded()).orderFault({ socket: paths.socket, clock, signal }, order),
    taskDirectories: async ({ paths }, what) => (await loaded()).taskDirectories(paths, what),
    stop: async (sandbox, options) => (await loaded()).stopSandbox(sandbox, options),
  };
}

/** Over the channel that `detach` left open; gone afterwards, so that neither process waits for the other. */
function announce(told: Announcement): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) return resolve();
    process.send(told, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
