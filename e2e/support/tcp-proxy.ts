import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on loopback that tests can break. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** How many connections are open now. */
  readonly connections: number;
  /** How many connections were ever taken. */
  readonly accepted: number;
  /** Bytes from the clients so far. */
  readonly bytesUp: number;
  /** Break every connection with a reset, and every new one, until `restore`. */
  cut(): void;
  /** Let nothing through either way, until `release`: connections stay open and new ones are taken. */
  hold(): void;
  /** Let through what was held, and all that follows. */
  release(): void;
  /** Break each connection after so many more bytes from the server: in the middle of a reply. */
  cutAfter(bytesDown: number): void;
  /** Take connections again and let everything through. */
  restore(): void;
  close(): Promise<void>;
}

/** Start a proxy before the server at `127.0.0.1:target`, which is reached at `host`. */
export async function startTcpProxy(target: number, host: '127.0.0.1' | '::1' = '127.0.0.1'): Promise<TcpProxy> {
  const proxy = new LoopbackProxy(target);
  await proxy.listen(host);
  return proxy;
}

class LoopbackProxy implements TcpProxy {
  accepted = 0;
  bytesUp = 0;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #server = createServer((client) => this.#accept(client));
  #refusing = false;
  #holding = false;
  #bytesLeft = Number.POSITIVE_INFINITY;

  constructor(target: number) {
    this.#target = target;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  async listen(host: string): Promise<void> {
    this.#server.listen(0, host);
    await once(this.#server, 'listening');
  }

  cut(): void {
    this.#refusing = true;
    for (const pair of this.#pairs) pair.destroy();
  }

  hold(): void {
    this.#holding = true;
    for (const pair of this.#pairs) pair.hold();
  }

  release(): void {
    this.#holding = false;
    for (const pair of this.#pairs) pair.release();
  }

  cutAfter(bytesDown: number): void {
    this.#bytesLeft = bytesDown;
  }

  restore(): void {
    this.#refusing = false;
    this.#bytesLeft = Number.POSITIVE_INFINITY;
    this.release();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(client: Socket): void {
    if (this.#refusing) {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    this.accepted += 1;
    const pair = new Pair(client, connect({ host: '127.0.0.1', port: this.#target }));
    this.#pairs.add(pair);
    pair.onClose = () => this.#pairs.delete(pair);
    pair.onUp = (bytes) => {
      this.bytesUp += bytes;
    };
    pair.onDown = (chunk) => this.#quota(chunk);
    if (this.#holding) pair.hold();
  }

  /** What of a chunk may still pass to the client. */
  #quota(chunk: Buffer): Buffer {
    const passing = chunk.subarray(0, this.#bytesLeft);
    this.#bytesLeft -= passing.length;
    return passing;
  }
}

/** One connection through the proxy. */
class Pair {
  readonly #client: Socket;
  readonly #server: Socket;
  onClose: () => void = () => undefined;
  onUp: (bytes: number) => void = () => undefined;
  onDown: (chunk: Buffer) => Buffer = (chunk) => chunk;

  constructor(client: Socket, server: Socket) {
    [this.#client, this.#server] = [client, server];
    for (const socket of [client, server]) {
      socket.setNoDelay();
      // Breaking is what this is for; the close that follows is what counts.
      socket.on('error', () => undefined);
      socket.on('close', () => this.destroy());
    }
    client.on('data', (chunk) => {
      this.onUp(chunk.length);
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      const passing = this.onDown(chunk);
      if (passing.length === chunk.length) client.write(chunk);
      else client.end(passing, () => this.destroy());
    });
  }

  hold(): void {
    this.#client.pause();
    this.#server.pause();
  }

  release(): void {
    this.#client.resume();
    this.#server.resume();
  }

  destroy(): void {
    this.onClose();
    this.#client.destroy();
    this.#server.destroy();
  }
}
