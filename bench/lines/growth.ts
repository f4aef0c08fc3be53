import type { Lab } from '../lab/lab.ts';
import { LightAgents } from '../lab/light-agents.ts';
import type { Line } from '../lab/line.ts';
import { now } from '../lab/samples.ts';

const SIZES = [50, 100, 200, 300];
const PROCESSES = 4;

/** How the time and the work grow with the size of a cluster. */
export async function* growth(lab: Lab): AsyncGenerator<Line> {
  for (const pods of SIZES) yield* grow(lab, pods);
}

async function* grow(lab: Lab, pods: number): AsyncGenerator<Line> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const children = await Promise.all(Array.from({ length: PROCESSES + 1 }, () => LightAgents.fork(lab.zk, cluster)));
  const [one, ...many] = children as [LightAgents, ...LightAgents[]];
  try {
    const before = await lab.received();
    const begun = now();
    const configured = lab.observer.untilConfigured(cluster, pods, 120_000);
    for (const [at, child] of many.entries()) child.start(share(pods, at));
    const took = (await configured) - begun;
    const packets = (await lab.received()) - before;
    const told = await Promise.all(many.map((each) => each.counts()));
    const checks = told.reduce((total, each) => total + each.checks, 0);
    const configurations = told.reduce((total, each) => total + each.configurations, 0);
    const listeningAt = Math.max(...many.map((each) => each.listeningAt)) - begun;
    yield {
      what: `a cluster of ${pods} light agents, from nothing to configured`,
      ...{ original: 'not measured', aim: 'nothing quadratic', unit: 'ms', ours: [took] },
      remark: [
        `the last agent listened after ${listeningAt.toFixed(0)} ms`,
        `${packets} packets to ZooKeeper: ${(packets / pods).toFixed(1)} per pod`,
        `${(checks / pods).toFixed(1)} checks and ${(configurations / pods).toFixed(1)} configurations per pod`,
      ].join(', '),
    };
    yield await joinOne(lab, { cluster, pods, one });
  } finally {
    await Promise.all(children.map((each) => each.end()));
  }
}

interface Joining {
  readonly cluster: string;
  readonly pods: number;
  readonly one: LightAgents;
}

async function joinOne(lab: Lab, { cluster, pods, one }: Joining): Promise<Line> {
  const before = await lab.received();
  const registered = lab.observer.untilRegistered(cluster, pods + 1);
  const configured = lab.observer.untilConfigured(cluster, pods + 1);
  one.start(1);
  const took = (await configured) - (await registered);
  const packets = (await lab.received()) - before;
  return {
    what: `one more joins those ${pods}: registration to all configured`,
    ...{ original: 'not measured', aim: 'nothing quadratic', unit: 'ms', ours: [took] },
    remark: `${packets} packets to ZooKeeper`,
  };
}

function share(pods: number, at: number): number {
  return Math.floor((pods * (at + 1)) / PROCESSES) - Math.floor((pods * at) / PROCESSES);
}
