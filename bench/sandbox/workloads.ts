import { residentMegabytes } from '../lab/resident-megabytes.ts';
import { timed } from '../lab/samples.ts';
import { create, getChildren, getData, setData } from './requests.ts';
import type { Server } from './servers.ts';
import { type Request, WireClient } from './wire-client.ts';

/** Enough to keep a server busy, less than what Apache's begins to hold back at. */
const WINDOW = 500;
const DATA = 'x'.repeat(100);
const CHILDREN = 10_000;
const WATCHES = 10;
/** Connections that are opened at once. */
const AT_ONCE = 50;

/** A client of one server, and what it does there; each answers in operations a second unless it says otherwise. */
export class Workloads {
  readonly #server: Server;
  readonly #client: WireClient;
  #rounds = 0;

  static async on(server: Server): Promise<Workloads> {
    const client = await WireClient.connect(server.port);
    await client.ask({ count: 1, window: 1, request: () => create('/bench', DATA) });
    return new Workloads(server, client);
  }

  private constructor(server: Server, client: WireClient) {
    this.#server = server;
    this.#client = client;
  }

  readonly oneByOneReads = () => this.#rate(2000, 1, () => getData('/bench'));
  readonly pipelinedReads = () => this.#rate(50_000, WINDOW, () => getData('/bench'));
  readonly oneByOneWrites = () => this.#rate(1000, 1, () => setData('/bench', DATA));
  readonly pipelinedWrites = () => this.#rate(20_000, WINDOW, () => setData('/bench', DATA));

  /** Ten thousand ephemerals below one znode: their creation, lists of them, and their end with the session, in ms. */
  async crowd(): Promise<{ creates: number; lists: number; endMs: number }> {
    this.#rounds += 1;
    const parent = `/crowd-${this.#rounds}`;
    await this.#client.ask({ count: 1, window: 1, request: () => create(parent, '') });
    const owner = await WireClient.connect(this.#server.port);
    const born = (index: number) => create(`${parent}/child-${index}`, DATA, { ephemeral: true });
    const creates = await rate(owner, { count: CHILDREN, window: WINDOW, request: born });
    const lists = await this.#rate(40, 1, () => getChildren(parent));
    return { creates, lists, endMs: await timed(() => owner.close()) };
  }

  /** Sessions that watch ten znodes each, and a change of each of these: in sessions and in events a second. */
  async watchers(sessions: number): Promise<{ connects: number; events: number; megabytes: number }> {
    this.#rounds += 1;
    const paths = Array.from({ length: WATCHES }, (_, index) => `/watched-${this.#rounds}-${index}`);
    const each = (request: (path: string) => Request) => ({
      ...{ count: WATCHES, window: WATCHES },
      request: (index: number) => request(paths[index] ?? ''),
    });
    await this.#client.ask(each((path) => create(path, DATA)));
    const watchers: WireClient[] = [];
    const connecting = await timed(async () => {
      while (watchers.length < sessions) watchers.push(...(await Promise.all(this.#connectSome())));
    });
    await Promise.all(watchers.map((watcher) => watcher.ask(each((path) => getData(path, { watch: true })))));
    const megabytes = residentMegabytes(this.#server.pid);
    const heard = Promise.all(watchers.map((watcher) => watcher.events(WATCHES)));
    const telling = await timed(() => Promise.all([heard, this.#client.ask(each((path) => setData(path, DATA)))]));
    await Promise.all(watchers.map((watcher) => watcher.close()));
    return { connects: sessions / (connecting / 1000), events: (sessions * WATCHES) / (telling / 1000), megabytes };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #connectSome(): Promise<WireClient>[] {
    return Array.from({ length: AT_ONCE }, () => WireClient.connect(this.#server.port));
  }

  #rate(count: number, window: number, request: (index: number) => Request): Promise<number> {
    return rate(this.#client, { count, window, request });
  }
}

async function rate(client: WireClient, asking: Parameters<WireClient['ask']>[0]): Promise<number> {
  return asking.count / ((await timed(() => client.ask(asking))) / 1000);
}
