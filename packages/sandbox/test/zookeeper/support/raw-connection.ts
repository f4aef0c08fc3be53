import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection on which frames go to and fro, and whatever bytes a test wants to send. */
export class RawConnection {
  /** Resolves when the other side, or this one, has ended it. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #isClosed = false;
  /** Told of each frame that comes. */
  onFrame: (frame: Buffer) => void = () => {};

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
    // A reset is one way in which servers close.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isClosed = true;
        resolve();
      });
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  sendFrame(payload: Uint8Array): void {
    const frame = Buffer.alloc(4 + payload.length);
    frame.writeInt32BE(payload.length);
    frame.set(payload, 4);
    this.send(frame);
  }

  /** Drop the connection without a word. */
  drop(): Promise<void> {
    this.#socket.destroy();
    return this.closed;
  }

  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0);
      if (this.#received.length < end) return;
      const frame = this.#received.subarray(4, end);
      this.#received = this.#received.subarray(end);
      this.onFrame(frame);
    }
  }
}

/** Send something that gets no frames in return, and read until the server closes. */
export async function askForText(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(bytes);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
