import { OchoError, parseClusterName } from 'ochopod-core';
import { coordinatorPath, podsPath } from 'ochopod-core/registry';
import { type MemorySession, settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { randomOf } from './random.ts';
import { type FakePod, type NewPod, quiet, until, World } from './world.ts';

const WEB = 'demo.web';
const BACKEND = 'demo.backend';
const CLUSTERS = [BACKEND, WEB];
/** Globs that match the cluster itself do not mean it. */
const DEPENDS_ON = ['backend', '/*.backend', 'w*'];
const GRACE_MS = 10_000;

const MISHAPS = [
  ...(['one more in', 'one more in', 'one more in'] as const),
  ...(['kill', 'crash', 'stop', 'reset', 'reset twice', 'expire', 'bury', 'disconnect', 'reconnect'] as const),
  ...([
    'refuse check',
    'refuse on',
    'hang in check',
    'hang in on',
    'hang in ok',
    'recover',
    'unlist',
    'unlock',
  ] as const),
];
type Mishap = (typeof MISHAPS)[number];

/**
 * Whatever happens to pods, sessions and znodes: once it stops every cluster has one leader, and all who live know
 * of exactly each other and of those whom they depend on.
 */
describe('two hundred times any mishaps', () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed + 1);

  test('end in clusters that are whole', { timeout: 120_000 }, async () => {
    for (const seed of seeds) await new Chaos(seed).run();
  });
});

class Chaos {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #world: World;
  readonly #settings: Readonly<Record<string, NewPod>>;
  readonly #sessions: MemorySession[] = [];
  /** Given up by ZooKeeper without a word. */
  readonly #buried = new Set<MemorySession>();
  readonly #gone = new Set<FakePod>();
  readonly #dead = new Set<FakePod>();
  readonly #numbers = new Map<FakePod, number>();
  readonly #history: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = randomOf(seed);
    this.#world = new World(this.#random, async () => this.#connect());
    const settings = (): NewPod => ({
      damperMs: this.#pick([0, 0, 1500]),
      sequential: this.#pick([true, false, false]),
      fullShutdown: this.#pick([true, false, false]),
      configureAttempts: this.#pick([1, 3]),
      graceMs: GRACE_MS,
    });
    this.#settings = { [WEB]: { ...settings(), dependsOn: DEPENDS_ON, probe: () => 'fine' }, [BACKEND]: settings() };
  }

  async run(): Promise<void> {
    for (const cluster of [WEB, BACKEND, WEB]) this.#start(cluster);
    for (let step = 0; step < 25; step += 1) await this.#mishap();
    await this.#heal();
    try {
      await until(() => this.#problem() === undefined, 'all is well');
    } catch (cause) {
      const after = this.#history.join('\n  ');
      throw new Error(`seed ${this.#seed}: ${this.#problem()}, after\n  ${after}`, { cause });
    }
    await this.#end();
  }

  async #mishap(): Promise<void> {
    const what = this.#pick(MISHAPS);
    const pod = this.#pick(this.#living().length > 0 ? this.#living() : this.#world.pods);
    this.#history.push(`${what} ${pod.cluster} #${pod.seq}`);
    this.#happen[what](pod);
    for (let pause = Math.floor(this.#random() * 30); pause > 0; pause -= 1)
      await new Promise((next) => setImmediate(next));
    if (this.#random() < 0.4) await this.#world.clock.advance(this.#random() * 8000);
    this.#checkNumbers();
  }

  readonly #happen: Readonly<Record<Mishap, (pod: FakePod) => void>> = {
    'one more in': ({ cluster }) => this.#start(cluster),
    kill: (pod) => {
      this.#dead.add(pod);
      pod.die();
    },
    crash: (pod) => {
      this.#gone.add(pod);
      pod.crash();
    },
    stop: (pod) => {
      this.#gone.add(pod);
      pod.unreachable = true;
      void pod.coordinator.stop();
    },
    reset,
    'reset twice': (pod) => {
      reset(pod);
      reset(pod);
    },
    expire: ({ session }) => session?.expire(),
    bury: ({ session }) => {
      if (session === undefined) return;
      this.#buried.add(session);
      this.#world.ensemble.expireSilently(session);
    },
    disconnect: ({ session }) => session?.disconnect(),
    reconnect: ({ session }) => session?.reconnect(),
    'refuse check': answering({ check: refuse }),
    'refuse on': answering({ on: refuse }),
    'hang in check': answering({ check: hang }),
    'hang in on': answering({ on: hang }),
    'hang in ok': answering({ ok: hang }),
    recover: answering({}),
    unlist: ({ cluster, key }) => this.#erase(podsPath(parseClusterName(cluster)), (node) => node.startsWith(key)),
    unlock: ({ cluster }) => this.#erase(coordinatorPath(parseClusterName(cluster)), () => true),
  };

  async #heal(): Promise<void> {
    for (const pod of this.#world.pods) pod.answers = {};
    for (const cluster of CLUSTERS) if (this.#living(cluster).length === 0) this.#start(cluster);
    await quiet();
    for (const session of this.#sessions) {
      session.reconnect();
      if (this.#buried.has(session) || session.lost.aborted) session.expire();
    }
    await quiet();
    await this.#letTimePass();
    this.#checkNumbers();
  }

  async #letTimePass(): Promise<void> {
    // Who was set aside is asked again after ten minutes at the latest. Less at a time than the time limit, so that none
    // passes before the request has arrived.
    for (let minutes = 0; minutes < 25; minutes += 1) {
      for (let turn = 0; turn < 12; turn += 1)
        await this.#world.clock
          .advance(GRACE_MS / 2)
          .then(settle)
          .then(settle);
    }
    await quiet();
  }

  #problem(): string | undefined {
    return CLUSTERS.map((cluster) => this.#problemOf(cluster)).find((problem) => problem !== undefined);
  }

  #problemOf(cluster: string): string | undefined {
    const [leader, ...more] = this.#world.leaders(cluster);
    if (leader === undefined || more.length > 0) return `${cluster} has ${more.length === 0 ? 'no leader' : 'several'}`;
    const { status } = leader.coordinator;
    if (status !== (cluster === WEB ? 'fine' : '')) return `${cluster} says "${status}"`;
    const living = this.#living(cluster);
    if (!this.#world.isConfigured(cluster, living)) return `${cluster} is not configured`;
    const listed =
      living.length + [...this.#dead].filter((pod) => pod.cluster === cluster && !this.#gone.has(pod)).length;
    if (this.#world.registered(cluster).length !== listed) return `${cluster} lists others`;
    return living.map((pod) => this.#misunderstanding(pod, living)).find((problem) => problem !== undefined);
  }

  #misunderstanding({ cluster, seq, key, views }: FakePod, living: readonly FakePod[]): string | undefined {
    const { pods = {}, dependencies = {} } = views.at(-1) ?? {};
    if (!areThose(pods, living)) return `${cluster} #${seq} sees others than there are`;
    if (pods[key]?.seq !== seq) return `${cluster} #${seq} was told that it is #${pods[key]?.seq}`;
    const wrong = Object.entries(dependencies).find(
      ([entry, found]) => !areThose(found, entry === 'w*' ? [] : this.#living(BACKEND)),
    );
    return wrong && `${cluster} #${seq} sees others as ${wrong[0]} than there are`;
  }

  async #end(): Promise<void> {
    for (const pod of this.#world.pods) await pod.coordinator.stop();
    await quiet();
    expect(this.#world.clock.pending, 'timers left behind').toBe(0);
    for (const name of CLUSTERS.map(parseClusterName)) {
      expect(this.#world.ensemble.list(podsPath(name)), 'registrations left behind').toEqual([]);
      expect(this.#world.ensemble.list(coordinatorPath(name)), 'contenders left behind').toEqual([]);
      expect(this.#world.ensemble.watchersOf(podsPath(name)), 'watches left behind').toBe(0);
    }
  }

  /** A pod has one number, for ever. */
  #checkNumbers(): void {
    for (const pod of this.#world.pods) {
      if (pod.seq === undefined) continue;
      const before = this.#numbers.get(pod) ?? pod.seq;
      expect(pod.seq, `seed ${this.#seed}: the number of a pod`).toBe(before);
      this.#numbers.set(pod, before);
    }
  }

  /** Killed pods stay, unless they leave as well. */
  #living(cluster?: string): FakePod[] {
    return this.#world.pods.filter(
      (pod) => !this.#gone.has(pod) && !this.#dead.has(pod) && (cluster === undefined || pod.cluster === cluster),
    );
  }

  #connect(): MemorySession {
    const session = this.#world.ensemble.connect();
    this.#sessions.push(session);
    return session;
  }

  #start(cluster: string): void {
    if (this.#living(cluster).length < 5) this.#world.start(cluster, this.#settings[cluster]);
  }

  #erase(parent: string, matches: (node: string) => boolean): void {
    const node = this.#world.ensemble.list(parent).find(matches);
    if (node !== undefined) this.#world.ensemble.erase(`${parent}/${node}`);
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }
}

function areThose(found: object, pods: readonly FakePod[]): boolean {
  const keys = pods.map(({ key }) => key);
  return Object.keys(found).sort().join() === keys.sort().join();
}

const answering = (answers: FakePod['answers']) => (pod: FakePod) => {
  pod.answers = answers;
};

const reset = ({ coordinator }: FakePod): void => {
  coordinator.reset(new AbortController().signal).catch(() => {});
};

const refuse = () => {
  throw new OchoError('not now', { code: 'POD_REFUSED' });
};
const hang = () => new Promise<void>(() => {});
