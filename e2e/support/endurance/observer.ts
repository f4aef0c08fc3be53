import { isOchoError, systemClock } from 'ochopod-core';
import { connectSession, type Session } from 'ochopod-core/zookeeper';

const never = new AbortController().signal;

/** An operator's session with the ensemble that looks, and deletes and overwrites; opened again when it is lost. */
export class Observer implements AsyncDisposable {
  readonly #servers: string;
  #session: Session | undefined;

  /** @param servers where they listen, without a proxy between */
  constructor(servers: string) {
    this.#servers = servers;
  }

  async session(): Promise<Session> {
    if (this.#session === undefined || this.#session.lost.aborted) {
      // Servers that were wiped let nobody in who has seen more: until the session is over by our own clock.
      const options = { servers: this.#servers, sessionTimeoutMs: 3000, connectTimeoutMs: 5000, clock: systemClock };
      this.#session = await connectSession(options, never);
    }
    return this.#session;
  }

  async data(path: string): Promise<string | undefined> {
    return (await (await this.session()).get(path, never))?.data;
  }

  async children(path: string): Promise<readonly string[]> {
    return (await (await this.session()).children(path, never)) ?? [];
  }

  async overwrite(path: string, data: string): Promise<void> {
    await (await this.session()).set(path, data, never);
  }

  /** Delete a znode and all below it, whatever is added meanwhile. */
  async erase(path: string): Promise<void> {
    const session = await this.session();
    for (;;) {
      for (const child of await this.children(path)) await this.erase(`${path}/${child}`);
      try {
        return await session.remove(path, never);
      } catch (error) {
        if (!isOchoError(error, 'CONFLICT')) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.close();
  }
}
