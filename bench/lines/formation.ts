import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import type { Kind, PodProcess } from '../lab/pod-process.ts';
import { now, type Samples } from '../lab/samples.ts';

const AIM = 'under 0.3 s';
const SIZES: readonly { readonly pods: number; readonly rounds: number; readonly original: string }[] = [
  { pods: 1, rounds: 5, original: '3.0 s' },
  { pods: 3, rounds: 5, original: '3.1 s' },
  { pods: 10, rounds: 3, original: '6.5 s' },
  { pods: 20, rounds: 3, original: '5.8 s' },
];
/** Longer than it takes to start them all: the server is frozen meanwhile. */
const SESSION_SECONDS = 40;

/** How long pods that were started at once take to become a cluster. */
export async function* formation(lab: Lab): AsyncGenerator<Line> {
  for (const { pods, rounds, original } of SIZES) {
    const agents: Formed[] = [];
    const bare: Formed[] = [];
    for (let round = 0; round < rounds; round += 1) {
      agents.push(await formHeld(lab, 'agent', pods));
      bare.push(await formHeld(lab, 'bare', pods));
    }
    const what = `${pods} ${pods === 1 ? 'pod' : 'pods'} started at once: from "all listen"`;
    yield {
      ...{ what: `${what} to "all run"`, original, aim: AIM, unit: 'ms', ours: agents.map(({ running }) => running) },
      floor: { what: 'bare pods', samples: bare.map(({ running }) => running) },
    };
    yield {
      ...{ what: `${what} to "each was told of all"`, original: '', aim: AIM, unit: 'ms' },
      ours: agents.map(({ told }) => told),
      floor: { what: 'bare pods', samples: bare.map(({ told }) => told) },
    };
  }
  yield { ...(await trickling(lab)), original: '3.1 s, up to 7.0 s', aim: AIM, unit: 'ms' };
}

interface Formed {
  readonly running: number;
  readonly told: number;
}

/** All pods listen before any of them can register: ZooKeeper is frozen until then. */
async function formHeld(lab: Lab, kind: Kind, count: number): Promise<Formed> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  lab.zookeeper.pause();
  const pods = startMany(lab, { kind, cluster, count });
  await Promise.all(pods.map((pod) => pod.events.until(({ event }) => event === 'listening')));
  const released = now();
  lab.zookeeper.resume();
  const formed = await settled(pods, released);
  await lab.end(pods);
  return formed;
}

/** As it is outside of a laboratory: whoever listens first is configured first, and the last one joins. */
async function trickling(lab: Lab): Promise<Pick<Line, 'what' | 'ours' | 'floor'>> {
  const samples: Record<Kind, number[]> = { agent: [], bare: [] };
  for (let round = 0; round < 3; round += 1) {
    for (const kind of ['agent', 'bare'] as const) {
      const cluster = lab.cluster();
      await lab.observer.ensure(cluster);
      const pods = startMany(lab, { kind, cluster, count: 10 });
      const listening = await Promise.all(pods.map((pod) => pod.events.until(({ event }) => event === 'listening')));
      const { told } = await settled(pods, latest(listening));
      samples[kind].push(told);
      await lab.end(pods);
    }
  }
  return {
    what: '10 pods that come one after the other: from "the last listens" to "each was told of all"',
    ours: samples.agent,
    floor: { what: 'bare pods', samples: samples.bare },
  };
}

interface Many {
  readonly kind: Kind;
  readonly cluster: string;
  readonly count: number;
}

function startMany(lab: Lab, { kind, cluster, count }: Many): PodProcess[] {
  return Array.from({ length: count }, () => lab.start({ kind, cluster, sessionSeconds: SESSION_SECONDS }));
}

async function settled(pods: readonly PodProcess[], since: number): Promise<Formed> {
  const told = await Promise.all(
    pods.map(({ events }) => events.until(({ event, size }) => event === 'configured' && size === pods.length)),
  );
  const running = await Promise.all(pods.map(({ events }) => events.until(({ event }) => event === 'running')));
  // The agents' log tells whole milliseconds, rounded down.
  return { running: latest(running) - since, told: latest(told) - since };
}

function latest(events: readonly { readonly at: number }[]): number {
  return Math.max(...(events.map(({ at }) => at) satisfies Samples));
}
