import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import { PLAIN_ENV, program } from '../lab/places.ts';
import { now } from '../lab/samples.ts';

const SIZES = [50, 100, 200, 300];
const PROCESSES = 4;

/** How the time and the work grow with the size of a cluster. */
export async function* growth(lab: Lab): AsyncGenerator<Line> {
  for (const pods of SIZES) yield* grow(lab, pods);
}

interface Report {
  readonly checks: number;
  readonly configurations: number;
  readonly listening: number;
  readonly listeningAt: number;
}

async function* grow(lab: Lab, pods: number): AsyncGenerator<Line> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const children = await Promise.all(Array.from({ length: PROCESSES + 1 }, () => process(lab, cluster)));
  const [one, ...many] = children as [ChildProcess, ...ChildProcess[]];
  try {
    const before = await lab.received();
    const begun = now();
    const configured = lab.observer.untilConfigured(cluster, pods, 120_000);
    for (const [at, child] of many.entries()) child.send({ start: share(pods, at) });
    const took = (await configured) - begun;
    const packets = (await lab.received()) - before;
    const reports = await Promise.all(many.map(report));
    const listeningAt = Math.max(...reports.map((told) => told.listeningAt)) - begun;
    yield {
      what: `a cluster of ${pods} light agents, from nothing to configured`,
      ...{ original: 'not measured', aim: 'nothing quadratic', unit: 'ms', ours: [took] },
      remark: [
        `the last agent listened after ${listeningAt.toFixed(0)} ms`,
        `${packets} packets to ZooKeeper: ${(packets / pods).toFixed(1)} per pod`,
        `${(sum(reports, 'checks') / pods).toFixed(1)} checks and ${(sum(reports, 'configurations') / pods).toFixed(1)} configurations per pod`,
      ].join(', '),
    };
    yield await joinOne(lab, { cluster, pods, one });
  } finally {
    await Promise.all(children.map(end));
  }
}

interface Joining {
  readonly cluster: string;
  readonly pods: number;
  readonly one: ChildProcess;
}

async function joinOne(lab: Lab, { cluster, pods, one }: Joining): Promise<Line> {
  const before = await lab.received();
  const registered = lab.observer.untilRegistered(cluster, pods + 1);
  const configured = lab.observer.untilConfigured(cluster, pods + 1);
  one.send({ start: 1 });
  const took = (await configured) - (await registered);
  const packets = (await lab.received()) - before;
  return {
    what: `one more joins those ${pods}: registration to all configured`,
    ...{ original: 'not measured', aim: 'nothing quadratic', unit: 'ms', ours: [took] },
    remark: `${packets} packets to ZooKeeper`,
  };
}

async function process(lab: Lab, cluster: string): Promise<ChildProcess> {
  const [namespace, name] = cluster.split('.');
  const child = fork(program('light-agents'), {
    env: {
      ...PLAIN_ENV,
      ochopod_local: 'true',
      ochopod_cluster: name,
      ochopod_namespace: namespace,
      ochopod_port: '0',
      ochopod_zk: lab.zk,
      ochopod_zk_timeout: '30',
    },
  });
  await once(child, 'message');
  return child;
}

async function report(child: ChildProcess): Promise<Report> {
  child.send({ report: true });
  const [told] = (await once(child, 'message')) as [Report];
  return told;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}

function share(pods: number, at: number): number {
  return Math.floor((pods * (at + 1)) / PROCESSES) - Math.floor((pods * at) / PROCESSES);
}

function sum(reports: readonly Report[], what: 'checks' | 'configurations'): number {
  return reports.reduce((total, told) => total + told[what], 0);
}
