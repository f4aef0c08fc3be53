import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** What a client sent after its handshake. */
export interface Asked {
  readonly xid: number;
  readonly type: number;
  readonly bytes: number;
}

/** What to do about it: an error code to answer with (0 is yes), hang up, say nothing, or tell of a watch instead. */
type Answer = number | 'hang up' | 'nothing' | 'notify';

export interface FakeServerOptions {
  /** For each connection, from 0: the session's timeout in ms, 0 to call it expired, or not to answer at all. */
  readonly handshake?: (connection: number) => number | 'nothing' | 'hang up';
  readonly answer?: (asked: Asked, connection: number) => Answer;
}

export const PING = 11;
export const AUTH = 100;
export const SET_WATCHES = 101;
export const EXISTS = 3;
export const GET_DATA = 4;
export const SET_DATA = 5;
export const CLOSE_SESSION = -11;

/** As much of a server as it takes to misbehave in one way. */
export class FakeServer implements AsyncDisposable {
  /** What it was asked, by connection. */
  readonly connections: Asked[][] = [];
  /** The last transaction that each connection claimed to have seen. */
  readonly seen: bigint[] = [];
  readonly #options: FakeServerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#serve(socket));
  #zxid = 0n;

  constructor(options: FakeServerOptions = {}) {
    this.#options = options;
  }

  static async start(options?: FakeServerOptions): Promise<FakeServer> {
    const fake = new FakeServer(options);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    return address.port;
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Tell everybody that `/a` was changed. */
  notify(): void {
    for (const socket of this.#sockets) notify(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    const index = this.connections.push([]) - 1;
    let [received, greeted] = [Buffer.alloc(0), false];
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const frame = received.subarray(4, 4 + received.readInt32BE(0));
        received = received.subarray(4 + frame.length);
        if (greeted) this.#onRequest(socket, frame, index);
        else this.#greet(socket, frame, index);
        greeted = true;
      }
    });
  }

  #greet(socket: Socket, request: Buffer, index: number): void {
    this.seen.push(request.readBigInt64BE(4));
    const timeoutMs = this.#options.handshake?.(index) ?? 2_000;
    if (timeoutMs === 'nothing') return;
    if (timeoutMs === 'hang up') {
      socket.destroy();
      return;
    }
    const reply = Buffer.alloc(36);
    reply.writeInt32BE(timeoutMs, 4);
    reply.writeBigInt64BE(0xabcn, 8);
    reply.writeInt32BE(16, 16);
    socket.write(framed(reply));
  }

  #onRequest(socket: Socket, frame: Buffer, index: number): void {
    const asked = { xid: frame.readInt32BE(0), type: frame.readInt32BE(4), bytes: frame.length };
    this.connections[index]?.push(asked);
    const answer = this.#options.answer?.(asked, index) ?? 0;
    if (answer === 'hang up') socket.destroy();
    else if (answer === 'notify') notify(socket);
    else if (answer !== 'nothing') this.#reply(socket, asked, answer);
  }

  #reply(socket: Socket, { xid, type }: Asked, serverCode: number): void {
    this.#zxid += 1n;
    const header = Buffer.alloc(16);
    header.writeInt32BE(xid, 0);
    header.writeBigInt64BE(this.#zxid, 4);
    header.writeInt32BE(serverCode, 12);
    // A stat of zeros is all the payload that EXISTS and SET_DATA need.
    const payload = serverCode === 0 && (type === EXISTS || type === SET_DATA) ? Buffer.alloc(68) : Buffer.alloc(0);
    socket.write(framed(Buffer.concat([header, payload])));
  }
}

function notify(socket: Socket): void {
  const event = Buffer.alloc(16 + 4 + 4 + 4 + 2);
  event.writeInt32BE(-1, 0);
  event.writeBigInt64BE(-1n, 4);
  event.writeInt32BE(3, 16);
  event.writeInt32BE(3, 20);
  event.writeInt32BE(2, 24);
  event.write('/a', 28);
  socket.write(framed(event));
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
