import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import { PLAIN_ENV, program } from '../lab/places.ts';

/** What happens at the start is over by then. */
const SETTLE_MS = 10_000;
const WATCH_MS = 60_000;

/** What pods cost that have nothing to do: a leader and its follower, beside a Node process that does nothing. */
export async function* idle(lab: Lab): AsyncGenerator<Line> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const pods = [0, 1].map(() => lab.start({ kind: 'agent', cluster, sessionSeconds: 5 }));
  const server = spawn(process.execPath, [program('bare-server')], { env: PLAIN_ENV, stdio: 'ignore' });
  try {
    await lab.observer.untilConfigured(cluster, pods.length);
    await sleep(SETTLE_MS);
    const pids = [...pods.map(({ pid }) => pid), server.pid ?? 0];
    const before = await look(lab, pids);
    await sleep(WATCH_MS);
    const after = await look(lab, pids);
    yield* describe(before, after);
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
    await lab.end(pods);
  }
}

interface Look {
  /** Of the pods, then of the bare server. */
  readonly megabytes: readonly number[];
  readonly cpuMs: readonly number[];
  /** Taken by ZooKeeper from the pods. */
  readonly packets: number;
  readonly at: number;
}

function* describe(before: Look, after: Look): Generator<Line> {
  const minutes = (after.at - before.at) / 60_000;
  const cpu = after.cpuMs.map((ms, at) => (ms - (before.cpuMs[at] ?? 0)) / minutes);
  const about = 'a bare Node http server';
  yield {
    ...{ what: 'an idle pod (of 2 in a cluster): resident memory', original: '39 MB', aim: 'within 1.5 x', unit: 'MB' },
    ours: after.megabytes.slice(0, -1),
    floor: { what: about, samples: after.megabytes.slice(-1) },
  };
  yield {
    ...{
      what: 'an idle pod: CPU time',
      original: '170 ms/min',
      aim: 'a tenth',
      unit: 'ms/min',
      ours: cpu.slice(0, -1),
    },
    floor: { what: about, samples: cpu.slice(-1) },
  };
  const pods = after.megabytes.length - 1;
  const packets = (after.packets - before.packets) / pods / minutes / 60;
  yield {
    ...{ what: 'an idle pod: packets to ZooKeeper', original: '2 packets/s', aim: 'pings only', unit: 'packets/s' },
    ours: [packets],
    remark: 'the session of 5 s has to be kept alive; no floor',
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

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
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
