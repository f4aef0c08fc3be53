import http from 'node:http';
import type { NetConnectOpts, Socket } from 'node:net';
import net from 'node:net';

/** An address where nobody is answers nothing at all: better not to wait for it as long as for a busy pod. */
const CONNECT_TIMEOUT_MS = 3000;

/** Gives up on connections that do not come about in time. */
export class ConnectingAgent extends http.Agent {
  constructor({ keepAlive }: { readonly keepAlive: boolean }) {
    super({ keepAlive, maxSockets: Number.POSITIVE_INFINITY });
  }

  override createConnection(options: NetConnectOpts): Socket {
    const socket = net.connect(options);
    const onTimeout = () => socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    socket.setTimeout(CONNECT_TIMEOUT_MS, onTimeout);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('timeout', onTimeout);
    });
    return socket;
  }
}
