import { RawClient } from '../support/raw-client.ts';
import { done } from '../support/world.ts';
import { PLAYGROUND } from './hostile-client.ts';

const HOME = '/bystander';
const NODE = `${HOME}/node`;
const EPHEMERAL = `${HOME}/ephemeral`;

/** A well-behaved session that goes on with its work whatever happens to others. */
export class Bystander {
  readonly #client: RawClient;
  #rounds = 0;
  #isDone = false;

  static async on(port: number): Promise<Bystander> {
    const client = await RawClient.connect(port, { timeoutMs: 60_000 });
    await done(client.create(HOME));
    await done(client.create(NODE, { data: '0' }));
    await done(client.create(EPHEMERAL, { flags: 1 }));
    return new Bystander(client);
  }

  private constructor(client: RawClient) {
    this.#client = client;
  }

  /** How often it has read, changed, and been told of its change. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Work until `end`. @throws when anything is not as it would be alone */
  async work(): Promise<void> {
    while (!this.#isDone) {
      const { data } = await done(this.#client.getData(NODE, true));
      if (data !== `${this.#rounds}`) throw new Error(`read ${data} where ${this.#rounds} was written`);
      this.#rounds += 1;
      const [event] = await Promise.all([this.#client.event(), done(this.#client.setData(NODE, `${this.#rounds}`))]);
      if (event !== `NodeDataChanged ${NODE}`) throw new Error(`heard ${event}`);
      await done(this.#client.exists(EPHEMERAL));
    }
  }

  end(): void {
    this.#isDone = true;
  }

  /** Make the place where others may do what they want. */
  async prepare(): Promise<void> {
    await done(this.#client.create(PLAYGROUND));
  }

  /** Delete everything but what is its own, and the server's. */
  async sweep(): Promise<void> {
    for (const name of await done(this.#client.children('/'))) {
      if (!['bystander', 'zookeeper'].includes(name)) await this.#deleteAll(`/${name}`);
    }
  }

  async #deleteAll(path: string): Promise<void> {
    for (const name of (await this.#client.children(path)).value ?? []) await this.#deleteAll(`${path}/${name}`);
    await this.#client.delete(path);
  }
}
