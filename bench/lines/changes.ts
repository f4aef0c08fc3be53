import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import type { Kind, PodProcess } from '../lab/pod-process.ts';
import { median, now } from '../lab/samples.ts';

const ROUNDS = 5;
const SESSION_SECONDS = 5;
const PODS = 3;

/** How long a running cluster of three takes over what happens to clusters. */
export async function* changes(lab: Lab): AsyncGenerator<Line> {
  const agents: Story[] = [];
  const bare: Story[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    agents.push(await story(lab, 'agent'));
    bare.push(await story(lab, 'bare'));
  }
  for (const { name, ...line } of LINES) {
    const floor = { what: 'bare pods', samples: bare.map((told) => told[name]) };
    yield { ...line, unit: 'ms', ours: agents.map((told) => told[name]), floor };
  }
  const given = median(agents.map(({ killed, takenOver }) => killed - takenOver));
  yield {
    ...LINES_OF_KILL,
    ours: agents.map(({ takenOver }) => takenOver),
    floor: { what: 'bare pods', samples: bare.map(({ takenOver }) => takenOver) },
    remark: `ZooKeeper gave the session up ${given.toFixed(0)} ms beyond its timeout`,
  };
}

/** Milliseconds. */
interface Story {
  readonly joined: number;
  readonly left: number;
  readonly dependency: number;
  readonly leaderLeft: number;
  readonly killed: number;
  readonly takenOver: number;
}

const LINES: readonly (Pick<Line, 'what' | 'original' | 'aim' | 'remark'> & { readonly name: keyof Story })[] = [
  {
    name: 'joined',
    what: 'a pod joins a running cluster of 3: registration to running',
    original: '3.0 s',
    aim: 'under 0.2 s',
  },
  {
    name: 'left',
    what: 'SIGTERM to a pod: until hash and snapshot are right again',
    original: '10 s',
    aim: 'under 0.5 s',
  },
  {
    name: 'dependency',
    what: "a dependency's snapshot changes: until `configure` has begun in all 3 dependents",
    original: '4.2 s',
    aim: 'under 0.2 s',
    remark: 'they stop what runs before',
  },
  {
    name: 'leaderLeft',
    what: 'SIGTERM to the leader: until another has configured the rest',
    original: '',
    aim: 'under 0.5 s',
  },
  {
    name: 'killed',
    what: 'SIGKILL of the leader: until configured again, beyond the session timeout of 5 s',
    original: '4 s',
    aim: 'under 0.5 s',
    remark: 'below zero when the last ping was a while ago',
  },
];

const LINES_OF_KILL: Pick<Line, 'what' | 'original' | 'aim' | 'unit'> = {
  what: 'the same, counted from the moment at which ZooKeeper has dropped the registration',
  original: '',
  aim: '',
  unit: 'ms',
};

async function story(lab: Lab, kind: Kind): Promise<Story> {
  const cluster = lab.cluster();
  const backend = lab.cluster();
  await lab.observer.ensure(cluster);
  await lab.observer.publish(backend, snapshotOf('first'));
  const start = () =>
    lab.start({ kind, cluster, sessionSeconds: SESSION_SECONDS, dependsOn: backend.split('.')[1] ?? '' });
  const pods = Array.from({ length: PODS }, start);
  await lab.observer.untilConfigured(cluster, PODS);

  const joining = lab.observer.untilRegistered(cluster, PODS + 1);
  const fourth = start();
  pods.push(fourth);
  const running = await fourth.events.until(({ event }) => event === 'running');
  const joined = running.at - (await joining);
  await lab.observer.untilConfigured(cluster, PODS + 1);

  const left = await timeToLeave(lab, cluster, { pod: fourth, remaining: PODS });
  const dependency = await timeToNotice(lab, backend, pods.slice(0, PODS));
  await lab.observer.untilConfigured(cluster, PODS);
  const leaderLeft = await timeToLeave(lab, cluster, { pod: leaderOf(pods, []), remaining: PODS - 1 });
  const dead = await timeToSucceed(lab, cluster, pods);
  await lab.end(pods);
  return { joined, left, dependency, leaderLeft, ...dead };
}

interface Leaving {
  readonly pod: PodProcess;
  readonly remaining: number;
}

async function timeToLeave(lab: Lab, cluster: string, { pod, remaining }: Leaving): Promise<number> {
  const right = lab.observer.untilConfigured(cluster, remaining);
  const told = pod.signal('SIGTERM');
  const took = (await right) - told;
  await pod.exited;
  return took;
}

async function timeToNotice(lab: Lab, backend: string, pods: readonly PodProcess[]): Promise<number> {
  const changed = now();
  const noticed = pods.map((pod) => pod.events.until(({ event, seen }) => event === 'configure' && seen === 'second'));
  await lab.observer.publish(backend, snapshotOf('second'));
  const begun = await Promise.all(noticed);
  const configured = ({ event, at }: { event: string; at: number }) => event === 'configured' && at > changed;
  await Promise.all(pods.map((pod) => pod.events.until(configured)));
  return Math.max(...begun.map(({ at }) => at)) - changed;
}

/** Of two pods the leader is killed. */
async function timeToSucceed(lab: Lab, cluster: string, pods: readonly PodProcess[]) {
  const leader = leaderOf(
    pods,
    pods.filter(({ child }) => child.exitCode !== null),
  );
  const gone = lab.observer.untilRegistered(cluster, PODS - 2);
  const right = lab.observer.untilConfigured(cluster, PODS - 2);
  const killed = leader.signal('SIGKILL');
  return { killed: (await right) - killed - SESSION_SECONDS * 1000, takenOver: (await right) - (await gone) };
}

function leaderOf(pods: readonly PodProcess[], left: readonly PodProcess[]): PodProcess {
  const leader = pods.find((pod) => pod.leads && !left.includes(pod));
  if (leader === undefined) throw new Error('nobody leads');
  return leader;
}

/** What the leader of a backend of one pod would write. */
function snapshotOf(key: string): string {
  return JSON.stringify({ [key]: { ip: '127.0.0.1', port: '1', ports: { 1: 1 } } });
}
