import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import { PLAIN_ENV, program } from '../lab/places.ts';
import type { PodProcess } from '../lab/pod-process.ts';
import { peakMegabytes } from '../lab/resident-megabytes.ts';
import { now } from '../lab/samples.ts';
import type { Counts } from '../programs/light-followers.ts';

const SIZES = [100, 300, 600, 1000, 2000];
/** What a leader keeps of a configuration shows only after some more. */
const TURNS = 5;
const SESSION_S = 5;
const WITHIN_MS = 120_000;

/** A real leader, a real heir, and followers that are light: what leading a large cluster takes. */
export async function* largeClusters(lab: Lab): AsyncGenerator<Line> {
  for (const pods of SIZES) yield* largeCluster(lab, pods);
}

async function* largeCluster(lab: Lab, pods: number): AsyncGenerator<Line> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const followers = await Followers.fork(lab.zk, cluster);
  const start = () => lab.start({ kind: 'agent', script: 'leading', cluster, sessionSeconds: SESSION_S });
  const leader = start();
  try {
    await leader.events.until(({ event }) => event === 'leading');
    const heir = start();
    await lab.observer.untilConfigured(cluster, 2);
    const scene = { lab, cluster, followers };

    yield await measured(`${pods - 2} pods come at once to a cluster of 2`, { ...scene, leader }, async () => {
      const configured = lab.observer.untilConfigured(cluster, pods, WITHIN_MS);
      const registered = lab.observer.untilRegistered(cluster, pods, WITHIN_MS);
      await followers.tell({ join: pods - 2 });
      return (await configured) - (await registered);
    });
    const joins = () => {
      const configured = lab.observer.untilConfigured(cluster, pods + 1, WITHIN_MS);
      const registered = lab.observer.untilRegistered(cluster, pods + 1, WITHIN_MS);
      return since(registered, configured, followers.tell({ join: 1 }));
    };
    const leaves = () => {
      const configured = lab.observer.untilConfigured(cluster, pods, WITHIN_MS);
      const gone = lab.observer.untilRegistered(cluster, pods, WITHIN_MS);
      return since(gone, configured, followers.tell({ leave: 1 }));
    };
    yield await measured(`one more joins those ${pods}`, { ...scene, leader }, joins);
    yield await measured(`one of ${pods + 1} leaves`, { ...scene, leader }, leaves);
    yield await measured(`the longest of ${2 * TURNS} more such changes of ${pods}`, { ...scene, leader }, async () => {
      let longest = 0;
      for (let turn = 0; turn < TURNS; turn += 1) longest = Math.max(longest, await joins(), await leaves());
      return longest;
    });
    yield await measured(`the leader of ${pods} is killed`, { ...scene, leader: heir }, async () => {
      const configured = lab.observer.untilConfigured(cluster, pods - 1, WITHIN_MS);
      const gone = lab.observer.untilRegistered(cluster, pods - 1, WITHIN_MS);
      leader.signal('SIGKILL');
      return (await configured) - (await gone);
    });
    await lab.end([heir]);
  } finally {
    await followers.end();
    await lab.end([leader]);
  }
}

/** @returns how long after the change all were configured */
async function since(changed: Promise<number>, configured: Promise<number>, told: Promise<unknown>): Promise<number> {
  await told;
  return (await configured) - (await changed);
}

interface Scene {
  readonly lab: Lab;
  readonly cluster: string;
  readonly followers: Followers;
  /** Whose work is measured. */
  readonly leader: PodProcess;
}

async function measured(what: string, { followers, leader }: Scene, change: () => Promise<number>): Promise<Line> {
  const before = { ...(await followers.tell({})), at: now(), cpuMs: cpuMs(leader) };
  const took = await change();
  const done = now();
  await leader.events.until(({ event, at }) => event === 'loop' && at > done);
  const after = await followers.tell({});
  const loop = leader.events.all.filter(({ event, at }) => event === 'loop' && at > before.at);
  const failed = leader.output.split('could not be configured').length - 1;
  return {
    what: `${what}: from its registration to all configured`,
    ...{ original: 'not measured', aim: 'nobody left out', unit: 'ms', ours: [took] },
    remark: [
      `the leader: ${peakMegabytes(leader.pid).toFixed(0)} MB at its most`,
      `loop stalled for ${Math.max(...loop.map(({ stalledMs = 0 }) => stalledMs)).toFixed(0)} ms at the longest`,
      `${(cpuMs(leader) - before.cpuMs).toFixed(0)} ms of CPU`,
      `${failed} failed rounds`,
      `followers: ${after.check - before.check} checks, ${after.on - before.on} on, ${after.ok - before.ok} ok`,
      `${(after.megabytes - before.megabytes).toFixed(0)} MB sent`,
    ].join(', '),
  };
}

function cpuMs(pod: PodProcess): number {
  return pod.events.all.findLast(({ event }) => event === 'loop')?.cpuMs ?? 0;
}

/** As many as wanted, in one process. */
class Followers {
  readonly #child: ChildProcess;

  static async fork(zk: string, cluster: string): Promise<Followers> {
    const child = fork(program('light-followers'), [zk, cluster], { env: PLAIN_ENV });
    await once(child, 'message');
    return new Followers(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @returns what all have been asked so far */
  async tell(order: { readonly join?: number; readonly leave?: number }): Promise<Counts> {
    this.#child.send(order);
    const [counts] = (await once(this.#child, 'message')) as [Counts];
    if (counts.strange > 0) throw new Error(`${counts.strange} bodies were not for whom they were sent to`);
    return counts;
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
