import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A request: the number of its operation, and its body. */
export interface Request {
  readonly op: number;
  readonly body: Buffer;
}

export interface Asking {
  readonly count: number;
  /** How many may be unanswered at once. */
  readonly window: number;
  readonly request: (index: number) => Request;
}

const EVENT_XID = -1;
const REPLY_HEADER_BYTES = 16;

/** The least client that can keep a server busy: it counts replies and events, and decodes nothing. */
export class WireClient {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #onReply: (error: number) => void = () => undefined;
  #onEvent: () => void = () => undefined;
  #onEnd: (error: Error) => void = () => undefined;
  #xid = 0;

  static async connect(port: number): Promise<WireClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    const client = new WireClient(socket);
    await client.#handshake();
    return client;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (error) => this.#onEnd(error));
    socket.on('close', () => this.#onEnd(new Error('the server closed the connection')));
  }

  /** Ask as often as told. @throws when a reply is an error */
  ask({ count, window, request }: Asking): Promise<void> {
    return new Promise((resolve, reject) => {
      let sent = 0;
      let answered = 0;
      const send = () => {
        const frames: Buffer[] = [];
        for (; sent < count && sent - answered < window; sent += 1) frames.push(this.#frame(request(sent)));
        if (frames.length > 0) this.#socket.write(Buffer.concat(frames));
      };
      this.#onEnd = reject;
      this.#onReply = (error) => {
        answered += 1;
        if (error !== 0) reject(new Error(`a reply has error ${error}`));
        if (answered === count) resolve();
        else if (sent - answered <= window / 2) send();
      };
      send();
    });
  }

  /** Resolve when so many more events have come. */
  events(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let heard = 0;
      this.#onEnd = reject;
      this.#onEvent = () => {
        heard += 1;
        if (heard === count) resolve();
      };
    });
  }

  /** End the session. */
  async close(): Promise<void> {
    await this.ask({ count: 1, window: 1, request: () => ({ op: -11, body: Buffer.alloc(0) }) });
    this.#onEnd = () => undefined;
    this.#socket.destroy();
  }

  async #handshake(): Promise<void> {
    const body = Buffer.alloc(45);
    body.writeInt32BE(60_000, 12);
    body.writeInt32BE(16, 24);
    const answered = new Promise<void>((resolve, reject) => {
      this.#onEnd = reject;
      // Protocol, timeout, session id: the second half of that stands where replies have their error.
      this.#onReply = () => resolve();
    });
    this.#socket.write(framed(body));
    await answered;
  }

  #frame({ op, body }: Request): Buffer {
    const header = Buffer.allocUnsafe(12);
    this.#xid += 1;
    header.writeInt32BE(8 + body.length, 0);
    header.writeInt32BE(this.#xid, 4);
    header.writeInt32BE(op, 8);
    return Buffer.concat([header, body]);
  }

  #take(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (rest.length >= 4) {
      const end = 4 + rest.readInt32BE(0);
      if (rest.length < end) break;
      if (end >= 4 + REPLY_HEADER_BYTES && rest.readInt32BE(4) === EVENT_XID) this.#onEvent();
      else this.#onReply(rest.readInt32BE(16));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
