import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ZooKeeper } from '../../../scripts/zookeeper.mjs';
import { eventually } from '../eventually.ts';
import { PodProcess, SESSION_SECONDS } from '../stage.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { Observer } from './observer.ts';
import { type Cut, Quorum } from './quorum.ts';

export const SESSION_MS = SESSION_SECONDS * 1000;
const NAMESPACE = 'demo';
/** How long a leader waits for a pod that does not answer. */
const GRACE_SECONDS = 5;

/** One pod of the cluster `web`, or of `front`, which depends on it; each reaches every server by a way of its own. */
export interface Member {
  readonly cluster: 'web' | 'front';
  readonly pod: PodProcess;
  /** In the order of the servers. */
  readonly ways: readonly TcpProxy[];
}

/** Three servers, three pods, and two more that depend on them. */
export class EnduranceStage implements AsyncDisposable {
  readonly quorum: Quorum;
  readonly observer: Observer;
  readonly #directory = mkdtempSync(join(tmpdir(), 'ochopod-endurance-'));
  readonly #members = new Set<Member>();
  #started = 0;

  static async open(): Promise<EnduranceStage> {
    const stage = new EnduranceStage(await Quorum.open());
    try {
      for (const cluster of ['web', 'web', 'web', 'front', 'front'] as const) await stage.start(cluster);
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(quorum: Quorum) {
    this.quorum = quorum;
    this.observer = new Observer(quorum.servers.map(({ port }) => `127.0.0.1:${port}`).join());
  }

  /** Those that should be there. */
  get members(): readonly Member[] {
    return [...this.#members];
  }

  of(cluster: Member['cluster']): Member[] {
    return this.members.filter((member) => member.cluster === cluster);
  }

  /** Start one more pod. @returns once its control port is open */
  async start(cluster: Member['cluster']): Promise<Member> {
    const ways = await Promise.all(this.quorum.servers.map(({ port }) => startTcpProxy(port)));
    const model = { grace: GRACE_SECONDS, ...(cluster === 'front' && { dependsOn: ['web'] }) };
    const zk = ways.map(({ port }) => `127.0.0.1:${port}`).join();
    const files = join(this.#directory, `pod-${this.#started}`);
    this.#started += 1;
    const pod = new PodProcess({ cluster, namespace: NAMESPACE, zk, settings: { model } }, files);
    const member = { cluster, pod, ways };
    this.#members.add(member);
    await eventually('its control port is open', () => pod.port);
    return member;
  }

  /** Nobody is to expect this pod any more; its process and its ways end now. */
  async forget(member: Member): Promise<void> {
    this.#members.delete(member);
    await member.pod.end();
    await Promise.all(member.ways.map((way) => way.close()));
  }

  /** The pod that leads a cluster, once there is one. */
  leaderOf(cluster: Member['cluster']): Promise<Member> {
    return eventually(`${cluster} has a leader`, async () => {
      for (const member of this.of(cluster)) if ((await infoOf(member)).state.startsWith('leader')) return member;
      return undefined;
    });
  }

  /** Cut a server off from its peers and from every pod. */
  isolate(server: ZooKeeper, cut: Cut): void {
    this.quorum.isolate(server, cut);
    for (const way of this.#waysTo(server)) way[cut]();
  }

  rejoin(server: ZooKeeper): void {
    this.quorum.rejoin(server);
    for (const way of this.#waysTo(server)) way.restore();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => this.forget(member)));
    await this.observer[Symbol.asyncDispose]();
    await this.quorum[Symbol.asyncDispose]();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #waysTo(server: ZooKeeper): TcpProxy[] {
    const at = this.quorum.servers.indexOf(server);
    return this.members.flatMap(({ ways }) => ways[at] ?? []);
  }
}

export interface Told {
  readonly state: string;
  readonly process: string;
  readonly status: string;
}

/** What a pod says of itself. */
export async function infoOf({ pod: { port } }: Member): Promise<Told> {
  const signal = AbortSignal.timeout(2000);
  return (await fetch(`http://127.0.0.1:${port}/info`, { method: 'POST', signal })).json() as Promise<Told>;
}
