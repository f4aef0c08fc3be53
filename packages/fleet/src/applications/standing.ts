import { isOchoError, type OchoError, POD_DEATHS, type Pod, type PodDeath, type PodInfo, podLabel } from 'ochopod-core';

import type { Application, Task } from '../scheduler/index.ts';

/** Who is waited for. */
export interface Expectation {
  /** The application's id at the scheduler. */
  readonly application: string;
  /** How many must be up. */
  readonly count: number;
  /** Only tasks of this version count; undefined: any. */
  readonly version?: string;
  /** More versions whose tasks count, since they say the same. */
  readonly versions?: readonly string[];
  /** Only running pods count, and those that the scheduler does not find unwell; else stopped ones as well. */
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

/** One that is not up: why, in a few words. */
export interface Missing {
  /** Its label; the id of its task while it has not registered, and one made up while it has no task. */
  readonly name: string;
  readonly pod: Pod | undefined;
  readonly task: Task | undefined;
  readonly why: string;
}

/** How things stand with an application. */
export interface Standing {
  readonly verdict: 'up' | 'failed' | 'waiting';
  /** In the order of seq. */
  readonly up: readonly Pod[];
  readonly dead: readonly (Missing & { readonly pod: Pod })[];
  readonly late: readonly Missing[];
}

/** Say how things stand. Failed is what waiting does not mend: as many as may come have come, and some of them died. */
export function standingOf(sighting: Sighting, expected: Expectation): Standing {
  const { application } = sighting;
  if (application === undefined) return { ...NOBODY, verdict: 'failed', late: [gone(expected)] };
  const tasks = tasksAwaited(application, expected);
  const judged = tasks.map((task) => judge(task, sighting, expected));
  const found = judged.flatMap((each) => (each.kind === 'up' ? [each.pod] : []));
  const up = found.sort((left, right) => left.seq - right.seq);
  const dead = judged.flatMap((each) => (each.kind === 'dead' ? [each.missing] : []));
  const late = judged.flatMap((each) => (each.kind === 'late' ? [each.missing] : []));
  return {
    verdict: up.length >= expected.count ? 'up' : up.length + dead.length >= expected.count ? 'failed' : 'waiting',
    up,
    dead,
    late: [...late, ...notStarted(application, { seen: tasks.length, count: expected.count })],
  };
}

/** The tasks that count: of the right version, and not on their way out. */
export function tasksAwaited({ tasks }: Application, { version, versions }: Expectation): readonly Task[] {
  const accepted = version === undefined ? versions : [...(versions ?? []), version];
  return tasks.filter((task) => task.state !== 'ending' && (accepted?.includes(task.version) ?? true));
}

/** How a pod died: it says so, or has written it down. */
type Death = { readonly how: PodDeath['how'] | 'unknown'; readonly why?: string };

function deathOf({ registration }: Pod, answer: PodInfo | OchoError | undefined): Death {
  const said = answer === undefined || isOchoError(answer) ? undefined : (answer as PodInfo).died;
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

const NOBODY = { up: [], dead: [], late: [] };

type Judgement =
  | { readonly kind: 'up'; readonly pod: Pod }
  | { readonly kind: 'dead'; readonly missing: Missing & { readonly pod: Pod } }
  | { readonly kind: 'late'; readonly missing: Missing };

function judge(task: Task, { pods, answers }: Sighting, expected: Expectation): Judgement {
  const pod = pods.find(({ registration }) => registration.task === task.id);
  if (pod === undefined) {
    const why = task.state === 'running' ? 'runs, and has not registered' : 'has not started';
    return { kind: 'late', missing: { name: task.id, pod, task, why } };
  }
  const answer = answers.get(pod);
  if (isDead(pod, answer)) {
    const death = deathOf(pod, answer);
    if (expected.oneShot === true && death.how === 'done') return { kind: 'up', pod };
    return { kind: 'dead', missing: { name: podLabel(pod), pod, task, why: whyDead(death) } };
  }
  const why = whyLate(task, answer, expected);
  return why === undefined ? { kind: 'up', pod } : { kind: 'late', missing: { name: podLabel(pod), pod, task, why } };
}

/** Whether a pod is shut down for good: it says so, or has written it down. */
export function isDead({ registration }: Pod, answer: PodInfo | OchoError | undefined): boolean {
  if (answer === undefined || isOchoError(answer)) return registration.dead === 'true';
  return (answer as PodInfo).process === 'dead';
}

function whyLate(task: Task, answer: PodInfo | OchoError | undefined, { strict }: Expectation): string | undefined {
  if (answer === undefined) return 'has not been asked yet';
  if (isOchoError(answer)) return `does not answer: ${answer.message}`;
  const { process, trouble, failing } = answer as PodInfo;
  const because = trouble === undefined ? '' : `: ${trouble}`;
  if (process === 'terminating' || (strict && process !== 'running')) return `its process is ${process}${because}`;
  if (strict && failing?.loop === true) return `its process runs for now${because}`;
  return strict && task.healthy === false ? 'fails the health checks of the scheduler' : undefined;
}

/** Schedulers quote whole error pages. */
const MOST_WORDS = 200;

/** Each of those that the scheduler has no task for yet, under a name of its own. */
function notStarted({ id, lastFailure }: Application, { seen, count }: { seen: number; count: number }): Missing[] {
  const last = lastFailure === undefined ? '' : `; the last that ended: ${lastFailure.slice(0, MOST_WORDS)}`;
  return Array.from({ length: Math.max(0, count - seen) }, (_none, at) => ({
    ...{ name: unstartedName(id, { number: seen + at + 1, count }), pod: undefined, task: undefined },
    why: `has not started${last}`,
  }));
}

export function unstartedName(id: string, { number, count }: { number: number; count: number }): string {
  return `${id} (${number} of ${count})`;
}

function gone({ application }: Expectation): Missing {
  return { name: application, pod: undefined, task: undefined, why: 'the application is gone' };
}
