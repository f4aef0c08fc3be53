import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Clock } from '../waiting/clock.ts';
import { keepsPace, paceMs } from './pace.ts';
import { type ConnectionLimits, type Standing, whoGoes } from './who-goes.ts';

export interface WatchOptions extends ConnectionLimits {
  readonly clock: Clock;
}

/**
 * Have a server let go of whoever holds its connections and does not use them: there are only so many of them, requests
 * must arrive and answers be taken at a pace. Of headers and idle connections Node takes care (`HTTP_OPTIONS`).
 */
export function watchConnections(server: Server, options: WatchOptions): void {
  const { clock } = options;
  const open = new Map<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    const connection = new Connection(socket, clock.now());
    open.set(socket, connection);
    socket.once('close', () => open.delete(socket));
    whoGoes(open.values(), connection, options)?.socket.destroy();
  });
  // Before whoever answers, which may be done at once.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = open.get(request.socket);
    connection?.take(request, clock.now());
    response.once('finish', () => connection?.rest(clock.now()));
    if (hasBody(request)) void watchArrival(clock, request, response);
    response.once('prefinish', () => void watchDeparture(clock, response));
  });
}

class Connection implements Standing {
  readonly socket: Socket;
  readonly address: string;
  since: number;
  #request: IncomingMessage | undefined;

  constructor(socket: Socket, since: number) {
    this.socket = socket;
    this.address = socket.remoteAddress ?? '';
    this.since = since;
  }

  get isServed(): boolean {
    return this.#request?.complete === true;
  }

  take(request: IncomingMessage, now: number): void {
    this.#request = request;
    this.since = now;
  }

  rest(now: number): void {
    // What is still arriving has been answered early: it goes on, and is in the way like any other.
    if (this.#request?.complete !== true) return;
    this.#request = undefined;
    this.since = now;
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function watchArrival(clock: Clock, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { socket } = request;
  const over = overWith(request, 'end', 'close');
  if (await keepsPace({ clock, bytes: () => socket.bytesRead, over })) return;
  if (request.complete || socket.destroyed) return;
  if (!response.headersSent) socket.write(TOO_SLOW);
  socket.destroySoon();
}

/** How far the system got with one large piece is not told, so all of it has its time at once. */
async function watchDeparture(clock: Clock, response: ServerResponse): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.writableLength === 0) return;
  const over = overWith(response, 'finish', 'close');
  await clock.sleep(paceMs(socket.writableLength), over).then(
    () => socket.destroy(),
    () => {}, // it was taken
  );
}

function overWith(stream: NodeJS.EventEmitter, ...events: readonly string[]): AbortSignal {
  const over = new AbortController();
  for (const event of events) stream.once(event, () => over.abort(OVER));
  return over.signal;
}

/** One for all: an abort without a reason makes an error with a stack each time. */
const OVER = new Error('it is over');

const TOO_SLOW = answer('408 Request Timeout', { code: 'TIMEOUT', message: 'the request arrives too slowly' });

/** Past the response, which a handler may hold that waits for the request. */
function answer(status: string, body: object): string {
  const text = JSON.stringify(body);
  const headers = `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${text.length}\r\nConnection: close`;
  return `HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${text}`;
}
