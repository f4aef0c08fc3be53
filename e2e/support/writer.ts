import { systemClock } from 'ochopod-core';
import { connectSession, type Session } from 'ochopod-core/zookeeper';

import { eventually } from './eventually.ts';

const PARENT = '/written';
const never = new AbortController().signal;

/** A client that writes one znode after the other, whatever happens to the servers, and knows what was acknowledged. */
export class Writer implements AsyncDisposable {
  readonly acknowledged: string[] = [];
  #next = 0;
  #writing: { readonly session: Session; readonly stopped: AbortController; readonly ended: Promise<void> } | undefined;

  /** Write to these servers, from now on. */
  async to(servers: readonly string[]): Promise<void> {
    await this.stop();
    const session = await connect(servers);
    await session.ensure(PARENT, never);
    const stopped = new AbortController();
    this.#writing = { session, stopped, ended: this.#write(session, stopped.signal) };
  }

  /** Wait until so many more are written. */
  async more(count: number, withinMs?: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    const lost = this.#writing?.session.lost;
    const isThere = () => this.acknowledged.length >= goal || lost?.aborted;
    await eventually(`${count} more are written`, isThere, withinMs);
    lost?.throwIfAborted();
  }

  /** Stop writing, once the last one was acknowledged. */
  async stop(): Promise<void> {
    this.#writing?.stopped.abort();
    await this.#writing?.ended;
    await this.#writing?.session.close();
    this.#writing = undefined;
  }

  async #write(session: Session, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted && !session.lost.aborted) {
      const name = String(this.#next).padStart(6, '0');
      this.#next += 1;
      // Sent again when a connection breaks; `ensure` does not mind.
      await session.ensure(`${PARENT}/${name}`, session.lost).then(
        () => this.acknowledged.push(name),
        () => {}, // not acknowledged; whether it was written is not known
      );
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** Which of these one server does not have. */
export async function missingAt(server: string, acknowledged: readonly string[]): Promise<string[]> {
  const session = await connect([server]);
  try {
    const written = new Set(await session.children(PARENT, never));
    return acknowledged.filter((name) => !written.has(name));
  } finally {
    await session.close();
  }
}

function connect(servers: readonly string[]): Promise<Session> {
  const options = { sessionTimeoutMs: 30_000, connectTimeoutMs: 10_000, clock: systemClock };
  return connectSession({ servers: `zk://${servers.join(',')}`, ...options }, never);
}
