import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { ROOT } from './places.ts';

type Callback<Value> = (error: Error | null, value: Value) => void;

/** The part of node-zookeeper-client that floors are made of. */
interface NodeZooKeeperClient {
  once(event: 'connected', heard: () => void): this;
  connect(): void;
  close(): void;
  create(path: string, data: Buffer, mode: number, done: Callback<string>): void;
  mkdirp(path: string, done: Callback<string>): void;
  exists(path: string, watch: (() => void) | undefined, done: Callback<unknown>): void;
  getData(path: string, watch: (() => void) | undefined, done: Callback<Buffer | undefined>): void;
  getChildren(path: string, watch: (() => void) | undefined, done: Callback<string[]>): void;
  setData(path: string, data: Buffer, version: number, done: Callback<unknown>): void;
}

interface Library {
  readonly CreateMode: { readonly EPHEMERAL: number; readonly EPHEMERAL_SEQUENTIAL: number };
  createClient(servers: string, options: { sessionTimeout: number; spinDelay: number }): NodeZooKeeperClient;
}

const library: Library = createRequire(join(ROOT, 'packages', 'core', 'package.json'))('node-zookeeper-client');
const ANY_VERSION = -1;

/** The client that ours is built on, with promises and nothing else: what ours is compared with. */
export class RawZooKeeper {
  readonly #client: NodeZooKeeperClient;

  static async connect(port: number, sessionTimeout: number): Promise<RawZooKeeper> {
    const client = library.createClient(`127.0.0.1:${port}`, { sessionTimeout, spinDelay: 0 });
    const connected = once(client as unknown as NodeJS.EventEmitter, 'connected');
    client.connect();
    await connected;
    return new RawZooKeeper(client);
  }

  private constructor(client: NodeZooKeeperClient) {
    this.#client = client;
  }

  ticket(path: string, data: string): Promise<string> {
    const mode = library.CreateMode.EPHEMERAL_SEQUENTIAL;
    return promised((done) => this.#client.create(path, Buffer.from(data), mode, done));
  }

  async ensure(path: string): Promise<void> {
    await promised((done) => this.#client.mkdirp(path, done));
  }

  async exists(path: string, onChange?: () => void): Promise<boolean> {
    return Boolean(await promised<unknown>((done) => this.#client.exists(path, onChange, done)));
  }

  async get(path: string, onChange?: () => void): Promise<string> {
    return String((await promised((done) => this.#client.getData(path, onChange, done))) ?? '');
  }

  children(path: string, onChange?: () => void): Promise<string[]> {
    return promised((done) => this.#client.getChildren(path, onChange, done));
  }

  async set(path: string, data: string): Promise<void> {
    await promised<unknown>((done) => this.#client.setData(path, Buffer.from(data), ANY_VERSION, done));
  }

  close(): void {
    this.#client.close();
  }
}

function promised<Value>(ask: (done: Callback<Value>) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    ask((error, value) => (error ? reject(error) : resolve(value)));
  });
}
