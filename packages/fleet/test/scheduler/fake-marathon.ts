import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** What a test has an address answer; nothing more is answered than was put here. */
export type Respond = (asked: Asked, response: ServerResponse) => void;

/** An HTTP server that answers as it is told, and remembers what it was asked. */
export class FakeMarathon implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly #server: Server;

  static async start(respond: Respond): Promise<FakeMarathon> {
    const fake = new FakeMarathon(respond);
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  private constructor(respond: Respond) {
    this.#server = createServer((request, response) => {
      void read(request).then((asked) => {
        this.asked.push(asked);
        respond(asked, response);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Asked> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { method = '', url = '', headers } = request;
  return { method, path: url, authorization: headers.authorization, body: text === '' ? undefined : JSON.parse(text) };
}
