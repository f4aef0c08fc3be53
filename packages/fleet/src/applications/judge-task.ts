import { isOchoError, type OchoError, POD_DEATHS, type Pod, type PodDeath, type PodInfo, podLabel } from 'ochopod-core';

import type { Application, Task } from '../scheduler/index.ts';

/** What counts as up. */
export interface Demands {
  /** Only pods whose process runs; else stopped ones as well. */
  readonly strict: boolean;
  /** Pods whose process ended with 0 count, too. */
  readonly oneShot?: boolean;
}

/** What one look at an application found. */
export interface Sighting {
  /** Nothing when it is gone. */
  readonly application: Application | undefined;
  readonly pods: readonly Pod[];
  /** What the pods of its tasks answered to `/info`, or why they did not. */
  readonly answers: ReadonlyMap<Pod, PodInfo | OchoError>;
}

/**
 * How one is:
 *
 * - `up`
 * - `late`: not up, which may come to be
 * - `off`: an operator has turned it off
 * - `dead`: shut down for good
 * - `failing`: its process fails again and again, or failed and is not started any more
 */
type Condition = 'up' | 'late' | 'off' | 'dead' | 'failing';

export interface Judgement {
  readonly task: Task;
  /** Nothing until it has registered. */
  readonly pod: Pod | undefined;
  readonly is: Condition;
  /** In a few words; empty for one that is up. */
  readonly why: string;
  /** How often its process was started again after it had failed; old agents do not say. */
  readonly restarts: number;
  /** The last lines that its process wrote to stderr before it ended. */
  readonly stderr: readonly string[];
}

/** Say how the task of an application is. */
export function judgeTask(task: Task, sighting: Sighting, demands: Demands): Judgement {
  const pod = sighting.pods.find(({ registration }) => registration.task === task.id);
  const answer = pod && sighting.answers.get(pod);
  const { restarts = 0, lastEnd } = isInfo(answer) ? answer : {};
  const lack = pod === undefined ? unregistered(task) : lackOf(task, { pod, answer, sighting }, demands);
  return { task, pod, restarts, stderr: lastEnd?.stderr ?? [], ...lack };
}

/** Whether a pod is shut down for good: it says so, or has written it down. */
export function isDead({ registration }: Pod, answer: PodInfo | OchoError | undefined): boolean {
  return isInfo(answer) ? answer.process === 'dead' : registration.dead === 'true';
}

/** What it is called in what is said of it. */
export function nameOf({ pod, task }: Pick<Judgement, 'pod' | 'task'>): string {
  return pod === undefined ? task.id : podLabel(pod);
}

type Lack = Pick<Judgement, 'is' | 'why'>;

const UP: Lack = { is: 'up', why: '' };

function unregistered({ state }: Task): Lack {
  return { is: 'late', why: state === 'running' ? 'runs, and has not registered' : 'has not started' };
}

interface SeenPod {
  readonly pod: Pod;
  readonly answer: PodInfo | OchoError | undefined;
  readonly sighting: Sighting;
}

function lackOf(task: Task, { pod, answer, sighting }: SeenPod, demands: Demands): Lack {
  if (isDead(pod, answer)) {
    const death = deathOf(pod, answer);
    return demands.oneShot === true && death.how === 'done' ? UP : { is: 'dead', why: whyDead(death) };
  }
  if (!isInfo(answer)) return { is: 'late', why: whySilent(answer) };
  return lackOfProcess(answer, demands) ?? lackOfHealth(task, sighting) ?? UP;
}

function isInfo(answer: PodInfo | OchoError | undefined): answer is PodInfo {
  return answer !== undefined && !isOchoError(answer);
}

/** How a pod died: it says so, or has written it down. */
type Death = { readonly how: PodDeath['how'] | 'unknown'; readonly why?: string };

function deathOf({ registration }: Pod, answer: PodInfo | OchoError | undefined): Death {
  const said = isInfo(answer) ? answer.died : undefined;
  return said ?? { how: POD_DEATHS.find((how) => how === registration.died) ?? 'unknown' };
}

function whyDead({ how, why }: Death): string {
  const reason = why === undefined || how !== 'gave up' ? '' : `: ${why}`;
  return `is dead: ${WHY_DEAD[how]}${reason}`;
}

const WHY_DEAD: Readonly<Record<Death['how'], string>> = {
  done: 'its process ended with 0',
  'gave up': 'it could not be configured, and gave up',
  killed: 'it was shut down',
  unknown: 'how that came about is unknown, its agent does not say',
};

function whySilent(answer: OchoError | PodInfo | undefined): string {
  return isOchoError(answer) ? `does not answer: ${answer.message}` : 'has not been asked yet';
}

function lackOfProcess({ process, by, trouble, failing }: PodInfo, { strict }: Demands): Lack | undefined {
  const because = trouble === undefined ? '' : `: ${trouble}`;
  if (failing?.loop === true) return { is: 'failing', why: `its process does not stay up${because}` };
  if (process === 'terminating') return { is: 'late', why: `its process is terminating${because}` };
  if (!strict || process === 'running') return undefined;
  if (by === 'checks') return { is: 'failing', why: `its process is ${process}${because}` };
  if (by === 'operator') return { is: 'off', why: `its process is ${process}: an operator turned it off` };
  return { is: 'late', why: `its process is ${process}${because}` };
}

function lackOfHealth({ healthy }: Task, { application }: Sighting): Lack | undefined {
  if (application?.isChecked !== true || healthy === true) return undefined;
  const why = healthy === false ? 'fails the health checks of the scheduler' : 'was not checked by the scheduler yet';
  return { is: 'late', why };
}
