import { afterAll, beforeAll, beforeEach } from 'vitest';

import { type ConnectOptions, RawClient, type Reply } from './raw-client.ts';

/** A server that a suite is run against. */
export interface ServerUnderTest {
  readonly port: number;
}

/** One server and, for each test, a znode of its own that its clients have for a root. */
export interface World {
  readonly port: number;
  /** The path that `connect` has for a root. */
  readonly root: string;
  connect(options?: ConnectOptions): Promise<RawClient>;
  /** Milliseconds since 1970. */
  wallTime(): number;
}

/** To be called in a `describe`. */
export function worldOf(server: () => ServerUnderTest): World {
  const clients: RawClient[] = [];
  let admin: RawClient | undefined;
  let root = '';
  let tests = 0;
  worlds += 1;
  const prefix = `/w${worlds}`;

  async function connect(options: ConnectOptions): Promise<RawClient> {
    const client = await RawClient.connect(server().port, options);
    clients.push(client);
    return client;
  }

  beforeAll(async () => {
    admin = await connect({ timeoutMs: 60_000 });
  });

  beforeEach(async () => {
    tests += 1;
    root = `${prefix}-${tests}`;
    await done(admin?.create(root));
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.drop()));
  });

  return {
    get port() {
      return server().port;
    },
    get root() {
      return root;
    },
    connect: (options = {}) => connect({ root, ...options }),
    wallTime: () => performance.timeOrigin + performance.now(),
  };
}

let worlds = 0;

/** What was asked for. @throws Error naming the error of the reply */
export async function done<T>(asked: Promise<Reply<T>> | undefined): Promise<T> {
  const reply = await asked;
  if (reply?.error !== 'ok') throw new Error(reply?.error ?? 'nobody to ask');
  return reply.value as T;
}

/** The error of a reply, or `ok`. */
export async function errorOf(asked: Promise<Reply<unknown>>): Promise<string> {
  return (await asked).error;
}
