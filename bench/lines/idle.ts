import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import { PLAIN_ENV, program } from '../lab/places.ts';
import type { PodProcess } from '../lab/pod-process.ts';
import { residentMegabytes } from '../lab/resident-megabytes.ts';

/** What happens at the start is over by then. */
const SETTLE_MS = 10_000;
const WATCH_MS = 60_000;

/** What pods cost that have nothing to do: a leader and its follower, beside a bare pod and a Node process that does nothing. */
export async function* idle(lab: Lab): AsyncGenerator<Line> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const pods = [0, 1].map(() => lab.start({ kind: 'agent', cluster, sessionSeconds: 5 }));
  const bare = await alone(lab);
  const server = spawn(process.execPath, [program('bare-server')], { env: PLAIN_ENV, stdio: 'ignore' });
  try {
    await lab.observer.untilConfigured(cluster, pods.length);
    await sleep(SETTLE_MS);
    const pids = [...pods.map(({ pid }) => pid), bare.pid, server.pid ?? 0];
    const before = await look(lab, pids);
    await sleep(WATCH_MS);
    yield* describe(before, await look(lab, pids));
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
    await lab.end([...pods, bare]);
  }
}

/** A bare pod in a cluster of its own. */
async function alone(lab: Lab): Promise<PodProcess> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const bare = lab.start({ kind: 'bare', cluster, sessionSeconds: 5 });
  await lab.observer.untilConfigured(cluster, 1);
  return bare;
}

interface Look {
  /** Of the pods, the bare pod and the bare server. */
  readonly megabytes: readonly number[];
  readonly cpuMs: readonly number[];
  /** Taken by ZooKeeper from all pods, the bare one too. */
  readonly packets: number;
  readonly at: number;
}

const PINGING = 3;

function* describe(before: Look, after: Look): Generator<Line> {
  const minutes = (after.at - before.at) / 60_000;
  const cpu = after.cpuMs.map((ms, at) => (ms - (before.cpuMs[at] ?? 0)) / minutes);
  yield {
    ...{ what: 'an idle pod (of 2 in a cluster): resident memory', original: '39 MB', aim: 'within 1.5 x', unit: 'MB' },
    ...beside(after.megabytes, 'MB'),
  };
  yield {
    ...{ what: 'an idle pod: CPU time', original: '170 ms/min', aim: 'a tenth of it', unit: 'ms/min' },
    ...beside(cpu, 'ms/min'),
  };
  const packets = (after.packets - before.packets) / PINGING / minutes / 60;
  yield {
    ...{ what: 'an idle pod: packets to ZooKeeper', original: '2 packets/s', aim: 'pings only', unit: 'packets/s' },
    ours: [packets],
    remark: 'a session of 5 s is to be kept alive: a ping every third of it makes 0.60',
  };
}

function beside(values: readonly number[], unit: string): Required<Pick<Line, 'ours' | 'floor' | 'remark'>> {
  return {
    ours: values.slice(0, -2),
    floor: { what: 'a bare Node http server', samples: values.slice(-1) },
    remark: `a bare pod: ${values.at(-2)?.toFixed(1)} ${unit}`,
  };
}

async function look(lab: Lab, pids: readonly number[]): Promise<Look> {
  return {
    megabytes: pids.map(residentMegabytes),
    cpuMs: pids.map(cpuMs),
    packets: packetsOfOthers(await lab.zookeeper.fourLetterWord('cons'), lab.observer.session.id),
    at: performance.now(),
  };
}

/** Of all threads; in nanoseconds at the source, unlike what `ps` shows. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const spent = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}

function packetsOfOthers(connections: string, own: string): number {
  const received = connections.split('\n').map((line) => {
    const [, packets, session] = /recved=(\d+),.*?sid=(0x[0-9a-f]+)/.exec(line) ?? [];
    return session === undefined || session === own ? 0 : Number(packets);
  });
  return received.reduce((sum, packets) => sum + packets, 0);
}
