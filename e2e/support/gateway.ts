import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GatewayOptions {
  /** The path that everything is behind: `/service/marathon`. */
  readonly prefix?: string;
  /** Whoever does not send it is turned away. */
  readonly authorization?: string;
  /** Streams of events are begun, and nothing ever comes: as behind a proxy that buffers. */
  readonly keepsEvents?: boolean;
  /** Of every other change, the first of them, the answer is lost: it is carried out, and the connection breaks. */
  readonly losesAnswers?: boolean;
}

/** An HTTP way to a Marathon on loopback, as operators put it in front of theirs, that tests can break. */
export class Gateway implements AsyncDisposable {
  /** How many streams of events were begun. */
  streams = 0;
  /** How many requests are answered with a failure from now on. */
  failures = 0;
  readonly #target: string;
  readonly #options: GatewayOptions;
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  #changes = 0;
  #tellAsked: () => void = () => undefined;
  readonly #asked = new Promise<void>((resolve) => {
    this.#tellAsked = resolve;
  });

  /** @param target `host:port` */
  static async start(target: string, options: GatewayOptions = {}): Promise<Gateway> {
    const gateway = new Gateway(target, options);
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  private constructor(target: string, options: GatewayOptions) {
    this.#target = target;
    this.#options = options;
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#options.prefix ?? ''}`;
  }

  /** Wait until somebody has asked for a change, and was answered. */
  untilAsked(): Promise<void> {
    return this.#asked;
  }

  /** Break every stream of events in the middle. */
  breakStreams(): void {
    for (const answer of this.#open) answer.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const refusal = this.#refusalOf(asked);
    if (refusal !== undefined) {
      answer.writeHead(refusal, { 'content-type': 'application/json' }).end(JSON.stringify({ message: 'not now' }));
      return;
    }
    const { url = '', method, headers } = asked;
    if (url.includes('/v2/events')) {
      this.#stream(answer);
      if (this.#options.keepsEvents === true) {
        answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        return;
      }
    }
    const isLost = this.#losesAnswerTo(method);
    const [host, port] = this.#target.split(':');
    const path = url.slice((this.#options.prefix ?? '').length);
    const passed = request({ host, port, path, method, headers: { ...headers, host: this.#target } }, (got) => {
      if (isLost) {
        got.resume().once('end', () => answer.destroy());
        return;
      }
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
      if (method !== 'GET') answer.once('close', this.#tellAsked);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  #refusalOf({ url = '', headers }: IncomingMessage): number | undefined {
    const { prefix = '', authorization } = this.#options;
    if (authorization !== undefined && headers.authorization !== authorization) return 401;
    if (!url.startsWith(`${prefix}/v2/`)) return 404;
    if (this.failures === 0) return undefined;
    this.failures -= 1;
    return 500;
  }

  #losesAnswerTo(method = 'GET'): boolean {
    if (method === 'GET' || this.#options.losesAnswers !== true) return false;
    this.#changes += 1;
    return this.#changes % 2 === 1;
  }

  #stream(answer: ServerResponse): void {
    this.streams += 1;
    this.#open.add(answer);
    answer.on('close', () => this.#open.delete(answer));
  }
}
