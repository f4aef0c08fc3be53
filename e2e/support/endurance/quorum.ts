import { startEnsemble, type ZooKeeper } from '../../../scripts/zookeeper.mjs';
import { eventually } from '../eventually.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** How long the servers may be busy with themselves; what they are used for counts from then on. */
const ELECTED_MS = 60_000;

/** How a way is broken: nothing passes any more, or every connection is reset. */
export type Cut = 'hold' | 'cut';

interface Way {
  readonly from: number;
  readonly to: number;
  readonly proxy: TcpProxy;
}

/** Three of Apache's servers that make up one ensemble, and the ways between them. */
export class Quorum implements AsyncDisposable {
  readonly servers: readonly ZooKeeper[];
  readonly #ways: readonly Way[];

  static async open(): Promise<Quorum> {
    const ways: Way[] = [];
    const servers = await startEnsemble({
      way: async (port, from, to) => {
        const proxy = await startTcpProxy(port);
        ways.push({ from, to, proxy });
        return proxy.port;
      },
    });
    return new Quorum(servers, ways);
  }

  private constructor(servers: readonly ZooKeeper[], ways: readonly Way[]) {
    this.servers = servers;
    this.#ways = ways;
  }

  /** The one that leads the others, and those that follow it. */
  async roles(): Promise<{ readonly leading: ZooKeeper; readonly following: readonly ZooKeeper[] }> {
    const look = async () => {
      const modes = await Promise.all(this.servers.map(modeOf));
      const leading = this.servers[modes.indexOf('leader')];
      const following = this.servers.filter((_, at) => modes[at] === 'follower');
      return leading !== undefined && following.length === this.servers.length - 1 && { leading, following };
    };
    return eventually('one server leads all others', look, ELECTED_MS);
  }

  /** Break the ways between a server and its peers. */
  isolate(server: ZooKeeper, cut: Cut): void {
    for (const { proxy } of this.#waysOf(server)) proxy[cut]();
  }

  rejoin(server: ZooKeeper): void {
    for (const { proxy } of this.#waysOf(server)) proxy.restore();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await Promise.all(this.#ways.map(({ proxy }) => proxy.close()));
  }

  #waysOf(server: ZooKeeper): Way[] {
    const id = this.servers.indexOf(server) + 1;
    return this.#ways.filter(({ from, to }) => from === id || to === id);
  }
}

async function modeOf(server: ZooKeeper): Promise<string | undefined> {
  const answer = await server.fourLetterWord('srvr').catch(() => ''); // it does not serve
  return /Mode: (\w+)/.exec(answer)?.[1];
}
