import http from 'node:http';
import type { NetConnectOpts, Socket } from 'node:net';
import net from 'node:net';

import type { Clock } from '../waiting/clock.ts';

/**
 * An address where nobody is answers nothing at all: better not to wait for it as long as for a busy pod.
 *
 * In parts, after each of which what has arrived meanwhile is looked at: for as long as we are too busy to look, it is
 * not the pod that keeps us waiting.
 */
const CONNECT = { parts: 6, partMs: 500 };

/** Gives up on connections that do not come about in time. */
export class ConnectingAgent extends http.Agent {
  readonly #clock: Clock;

  constructor({ keepAlive, clock }: { readonly keepAlive: boolean; readonly clock: Clock }) {
    super({ keepAlive, maxSockets: Number.POSITIVE_INFINITY });
    this.#clock = clock;
  }

  override createConnection(options: NetConnectOpts): Socket {
    const socket = net.connect(options);
    let callOff = () => {};
    const wait = (parts: number) => {
      callOff = this.#clock.after(CONNECT.partMs, () => (parts > 1 ? wait(parts - 1) : giveUp(socket)));
    };
    wait(CONNECT.parts);
    const stop = () => callOff();
    return socket.once('connect', stop).once('close', stop);
  }
}

function giveUp(socket: Socket): void {
  socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
}
