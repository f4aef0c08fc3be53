import type { Connection, ConnectionListener, ConnectionOptions } from './connection.ts';
import { HardenedConnection } from './hardened-connection.ts';

/** Begin to connect, to one server after the other. */
export function openConnection(options: ConnectionOptions, listener: ConnectionListener): Connection {
  return new HardenedConnection(options, listener);
}
