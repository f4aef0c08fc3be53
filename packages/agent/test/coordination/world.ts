import { randomUUID } from 'node:crypto';

import {
  type ClusterViewJson,
  type ControlTask,
  OchoError,
  type Pod,
  parseClusterName,
  podLabel,
  withDeadline,
} from 'ochopod-core';
import type { ControlCall } from 'ochopod-core/control-client';
import { hashPath, podsPath, snapshotPath } from 'ochopod-core/registry';
import { ManualClock, MemoryEnsemble, MemorySession, settle } from 'ochopod-core/testing';
import type { Session } from 'ochopod-core/zookeeper';

import type { LeadershipSettings } from '../../src/coordination/conduct.ts';
import { Coordinator } from '../../src/coordination/coordinator.ts';

const DEFAULTS: LeadershipSettings = {
  damperMs: 0,
  dependsOn: [],
  fullShutdown: false,
  graceMs: 60_000,
  sequential: false,
  configureAttempts: 3,
};

export interface NewPod extends Partial<LeadershipSettings> {
  /** Overrides how it answers control requests; throw to refuse, never settle to hang. */
  readonly answers?: Partial<Record<ControlTask, (view: ClusterViewJson) => Promise<void> | void>>;
  readonly probe?: () => string;
  /** What it registers beyond the usual. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Pods that coordinate through a ZooKeeper in memory and call each other without sockets. */
export class World {
  readonly clock = new ManualClock();
  readonly ensemble: MemoryEnsemble;
  readonly pods: FakePod[] = [];
  /** Every control request that arrived: `on web #1`. */
  readonly requests: string[] = [];
  /** The same with the token of the leader who sent it. */
  readonly orders: { readonly task: ControlTask; readonly fence: bigint | undefined }[] = [];
  readonly random: () => number;
  /** What a pod says that is registered and was not started here; unless told nobody answers there. */
  answerOfStrangers: ((pod: Pod, task: ControlTask) => unknown) | undefined;

  readonly connect: () => Promise<Session>;

  /**
   * @param random lets requests, replies and notifications overtake each other
   * @param connect opens sessions elsewhere than in memory
   */
  constructor(random?: () => number, connect?: () => Promise<Session>) {
    this.ensemble = new MemoryEnsemble(random === undefined ? {} : { random });
    this.random = random ?? (() => 0);
    this.connect = connect ?? (async () => this.ensemble.connect());
  }

  /** Start a pod; it registers in the background. */
  start(cluster: string, options: NewPod = {}): FakePod {
    const pod = new FakePod(this, cluster, options);
    this.pods.push(pod);
    return pod;
  }

  of(cluster: string): FakePod[] {
    return this.pods.filter((pod) => pod.cluster === cluster);
  }

  leaders(cluster: string): FakePod[] {
    return this.of(cluster).filter((pod) => pod.coordinator.state !== 'follower');
  }

  hash(cluster: string): string | undefined {
    return this.ensemble.peek(hashPath(parseClusterName(cluster)))?.data;
  }

  snapshot(cluster: string): string[] {
    const data = this.ensemble.peek(snapshotPath(parseClusterName(cluster)))?.data ?? '{}';
    return Object.keys(JSON.parse(data));
  }

  registered(cluster: string): string[] {
    return [...(this.ensemble.list(podsPath(parseClusterName(cluster))) ?? [])];
  }

  /** Whether the record says that exactly these pods are configured. */
  isConfigured(cluster: string, pods: readonly FakePod[]): boolean {
    const keys = pods.map(({ key }) => key).sort();
    return this.hash(cluster) !== '' && this.snapshot(cluster).sort().join() === keys.join();
  }

  async call(target: Pod, { task, payload, json, fence }: ControlCall, signal: AbortSignal): Promise<unknown> {
    await settle();
    signal.throwIfAborted();
    const pod = this.pods.find(({ key }) => key === target.key);
    if (pod === undefined && this.answerOfStrangers !== undefined) return this.answerOfStrangers(target, task);
    if (pod === undefined || pod.unreachable)
      throw new OchoError(`${podLabel(target)} cannot be reached`, { code: 'UNREACHABLE' });
    this.orders.push({ task, fence });
    this.requests.push(`${task} ${pod.cluster} #${target.seq}`);
    return abortable(
      signal,
      pod.answer(
        task,
        (json === undefined ? payload : JSON.parse(Buffer.concat(json).toString())) as ClusterViewJson,
        fence,
      ),
    );
  }
}

export class FakePod {
  readonly key = randomUUID();
  readonly cluster: string;
  readonly coordinator: Coordinator;
  /** The views that it was configured with, in order. */
  readonly views: ClusterViewJson[] = [];
  /** How often the whole cluster was configured, as this pod was told by `ok`. */
  configurations = 0;
  seq: number | undefined;
  unreachable = false;
  answers: NonNullable<NewPod['answers']>;
  readonly said: string[] = [];
  session: MemorySession | undefined;
  readonly #dead = new AbortController();
  #fence = 0n;

  constructor(world: World, cluster: string, { answers = {}, probe, fields, ...settings }: NewPod) {
    this.cluster = cluster;
    this.answers = answers;
    const name = parseClusterName(cluster);
    const say = (message: string) => void this.said.push(message);
    this.coordinator = new Coordinator({
      name,
      key: this.key,
      fields: { ...name, ip: '127.0.0.1', port: '8080', ports: { 8080: 1 + world.pods.length }, ...fields },
      settings: { ...DEFAULTS, ...settings },
      connect: async () => {
        const session = await world.connect();
        if (session instanceof MemorySession) this.session = session;
        return session;
      },
      control: {
        control: (pod, call, { timeoutMs, signal }) => {
          const deadline = { clock: world.clock, ms: timeoutMs, what: call.task, parent: signal };
          return withDeadline(deadline, (bounded) => world.call(pod, call, bounded));
        },
      },
      dead: this.#dead.signal,
      died: () => ({ how: 'killed', why: 'told to', at: '2026-01-31T12:00:00.000Z' }),
      probe: probe && { everyMs: 60_000, run: async () => probe() },
      clock: world.clock,
      random: world.random,
      log: { debug: say, info: say, warn: say, error: say },
      onRegistered: ({ seq }) => {
        this.seq = seq;
      },
    });
  }

  /** As `ocho kill` or an exit code of 0 do. */
  die(): void {
    this.#dead.abort(new OchoError('the pod is dead', { code: 'POD_DEAD' }));
  }

  /** As SIGKILL does: nobody answers any more, the session times out on its own. */
  crash(): void {
    this.unreachable = true;
    this.session?.expire();
    void this.coordinator.stop();
  }

  async answer(task: ControlTask, view: ClusterViewJson, fence: bigint | undefined): Promise<void> {
    if (this.#dead.signal.aborted) throw new OchoError('the pod is dead', { code: 'POD_DEAD' });
    if (fence !== undefined && fence < this.#fence) throw new OchoError('a newer leader is known', { code: 'FENCED' });
    if (fence !== undefined) this.#fence = fence;
    await this.answers[task]?.(view);
    if (task === 'on') this.views.push(view);
    if (task === 'ok') this.configurations += 1;
  }
}

function abortable<T>(signal: AbortSignal, task: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Let everything that is under way happen until `fact` holds; time stands still. */
export async function until(fact: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (fact()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never came true: ${what}`);
}

/** Let everything that is under way happen, however long its chain. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await settle();
}
