import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from 'ochopod-core';
import { afterEach } from 'vitest';

import type { Credentials } from '../../src/scheduler/marathon/marathon-http.ts';
import { MarathonScheduler } from '../../src/scheduler/marathon/marathon-scheduler.ts';

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

/** Waits hardly between two tries, and as long as ever for an answer. */
const impatient: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, until) => systemClock.sleep(ms < 30_000 ? 1 : ms, until),
  after: (ms, callback) => systemClock.after(ms < 30_000 ? 1 : ms, callback),
};
/** Marathons and clients of them, gone after each test. */
export function useMarathons() {
  let open: AsyncDisposable[] = [];

  afterEach(async () => {
    await Promise.all(open.map((each) => each[Symbol.asyncDispose]()));
    open = [];
  });

  return {
    marathon: async (respond: Respond): Promise<FakeMarathon> => {
      const fake = await FakeMarathon.start(respond);
      open.push(fake);
      return fake;
    },
    schedulerAt: (masters: readonly string[], credentials?: Credentials): MarathonScheduler => {
      const scheduler = new MarathonScheduler({
        masters,
        clock: impatient,
        random: () => 0,
        ...(credentials !== undefined && { credentials }),
      });
      open.push({ [Symbol.asyncDispose]: async () => scheduler.close() });
      return scheduler;
    },
  };
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
