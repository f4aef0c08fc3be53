import type ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';

import type { Watch } from './connection.ts';

/** Take a watcher out of node-zookeeper-client's tables, for which it has no call. */
export function forgetWatcher(
  tables: ConnectionManager['watcherManager'],
  { kind, path, watcher }: Omit<Watch, 'isMissing'>,
): void {
  const names = kind === 'child' ? (['childWatchers'] as const) : (['dataWatchers', 'existenceWatchers'] as const);
  for (const name of names) {
    const emitter = tables[name][path];
    emitter?.removeListener('notification', watcher);
    if (emitter?.listenerCount('notification') === 0) delete tables[name][path];
  }
}
