import { systemClock } from 'ochopod-core';
import { connectSession, type Session } from 'ochopod-core/zookeeper';

import { eventually } from './eventually.ts';

const PARENT = '/written';
const never = new AbortController().signal;

/** A client that writes one znode after the other, whatever happens to the servers, and knows what was acknowledged. */
export class Writer implements AsyncDisposable {
  readonly acknowledged: string[] = [];
  readonly #session: Session;
  readonly #stopped = new AbortController();
  readonly #ended: Promise<void>;

  static async start(servers: readonly string[]): Promise<Writer> {
    const session = await connect(servers);
    await session.ensure(PARENT, never);
    return new Writer(session);
  }

  private constructor(session: Session) {
    this.#session = session;
    this.#ended = this.#write();
  }

  /** Wait until so many more are written. */
  async more(count: number, withinMs?: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    const isThere = () => this.acknowledged.length >= goal || this.#session.lost.aborted;
    await eventually(`${count} more are written`, isThere, withinMs);
    this.#session.lost.throwIfAborted();
  }

  /** Stop writing. @returns once the last one was acknowledged */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#ended;
  }

  async #write(): Promise<void> {
    for (let next = 0; !this.#stopped.signal.aborted && !this.#session.lost.aborted; next += 1) {
      const name = String(next).padStart(6, '0');
      // Sent again when a connection breaks; `ensure` does not mind.
      await this.#session.ensure(`${PARENT}/${name}`, this.#session.lost).then(
        () => this.acknowledged.push(name),
        () => {}, // the session is lost: `more` tells
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#session.close();
  }
}

/** What was written, as one server has it. */
export async function writtenAt(server: string): Promise<string[]> {
  const session = await connect([server]);
  try {
    return [...((await session.children(PARENT, never)) ?? [])].sort();
  } finally {
    await session.close();
  }
}

function connect(servers: readonly string[]): Promise<Session> {
  const options = { sessionTimeoutMs: 30_000, connectTimeoutMs: 10_000, clock: systemClock };
  return connectSession({ servers: `zk://${servers.join(',')}`, ...options }, never);
}
