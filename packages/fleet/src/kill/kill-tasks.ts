import { isOchoError, type OchoError, type Pod } from 'ochopod-core';
import { allEnded, carryOutChange } from '../applications/carry-out-change.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { isDead } from '../applications/judge-task.ts';
import { before } from '../before.ts';
import { askAll } from '../pods/ask-pods.ts';
import type { Application } from '../scheduler/index.ts';
import { type FailureReport, failureReport } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { type KillPlan, planKill } from './plan.ts';

/** What became of an application of which pods were killed. */
export interface ApplicationEnd {
  /** Whether it is gone as a whole. */
  readonly deleted: boolean;
  /** The tasks that were taken from it. */
  readonly removed: readonly string[];
  /** How many instances it has now; as many as before while its end is not known. */
  readonly left: number;
  /** Why its tasks are still there, though their pods are dead. */
  readonly error?: FailureReport;
}

export interface Ending {
  /** As they were before. */
  readonly applications: readonly Application[];
  /** Shut down for good. */
  readonly down: readonly Pod[];
  /** Those that were told to, and did not say that they are: they are not asked once more. */
  readonly lost: readonly Pod[];
  /** Applications that are meant as a whole, by id: what of them has no pod may go though nobody was told. */
  readonly whole: ReadonlySet<string>;
  readonly patterns: readonly ClusterPattern[];
  readonly force: boolean;
  /** On the clock of the workplace. */
  readonly until: number;
}

/** Take the tasks of dead pods from the scheduler. @returns what became of each application that is concerned, by id */
export async function endTasks(
  workplace: FleetWorkplace,
  ending: Ending,
): Promise<ReadonlyMap<string, ApplicationEnd>> {
  const killed = new Set(ending.down.map(({ registration }) => registration.task));
  const concerned = ending.applications.filter(
    ({ id, tasks }) => ending.whole.has(id) || tasks.some((task) => killed.has(task.id)),
  );
  if (concerned.length === 0) return new Map();
  const stay = (error: OchoError) => new Map(concerned.map((each) => [each.id, stays(each, error)]));
  const look = await orFailure(lookAgain(workplace, ending));
  if ('failure' in look) return stay(look.failure);
  const now = look.value;
  const ends = await allEnded(
    concerned.map(async (known) => {
      const application = now.applications.find(({ id }) => id === known.id);
      const isMeantAsAWhole = ending.whole.has(known.id);
      const unborn = isMeantAsAWhole ? (application?.tasks ?? []).filter(({ id }) => !now.registered.has(id)) : [];
      const doomed = new Set([...killed, ...unborn.map(({ id }) => id)]);
      const end = await endTasksOf(workplace, { application, ending, dead: now.dead, killed: doomed, isMeantAsAWhole });
      return [known.id, end ?? gone(known)] as const;
    }),
  );
  return new Map(ends);
}

interface Now {
  readonly applications: readonly Application[];
  /** The tasks of dead pods, by id. */
  readonly dead: ReadonlySet<string>;
  /** The tasks that have a pod. */
  readonly registered: ReadonlySet<string>;
}

/** Much may have happened meanwhile: what goes is decided on how things stand now. */
async function lookAgain(workplace: FleetWorkplace, { until, patterns, down, lost }: Ending): Promise<Now> {
  const { clock, registry, scheduler } = workplace;
  const globs = patterns.map(({ glob }) => glob);
  const [applications, { pods }] = await before(workplace, { until, what: 'looking again' }, (signal) =>
    Promise.all([scheduler.list(signal), registry.listPods(globs, signal)]),
  );
  const told = new Set([...down, ...lost].map(({ key }) => key));
  // Whoever is silent must not cost the time in which the others' tasks are to go.
  const within = Math.min(INFO_MS, (until - clock.now()) / 2);
  const { answers } = await askAll(workplace, {
    pods: pods.filter(({ key }) => !told.has(key)),
    until: clock.now() + within,
    call: (pod, options) => workplace.pods.info(pod, options),
  });
  const dead = pods.filter((pod) => isDead(pod, answers.get(pod)));
  return { applications, dead: tasksOf(dead), registered: tasksOf(pods) };
}

const tasksOf = (pods: readonly Pod[]) => new Set(pods.map(({ registration }) => registration.task));

const INFO_MS = 5000;

interface OneEnding {
  readonly application: Application | undefined;
  readonly ending: Ending;
  readonly dead: ReadonlySet<string>;
  readonly killed: ReadonlySet<string>;
  readonly isMeantAsAWhole: boolean;
}

async function endTasksOf(
  workplace: FleetWorkplace,
  { application, ending, ...doomed }: OneEnding,
): Promise<ApplicationEnd | undefined> {
  if (application === undefined) return undefined;
  const plan = planKill(application, doomed);
  const nothing = { deleted: false, removed: [], left: application.instances };
  if (plan === undefined) return { ...nothing, ...lateComers(application, { ending, ...doomed }) };
  const done = await orFailure(carryOut(workplace, { application, plan, ending }));
  if ('failure' in done) return stays(application, done.failure);
  if (plan.kind === 'delete') return { deleted: true, removed: plan.tasks, left: 0 };
  const end = { deleted: false, removed: plan.tasks, left: plan.left };
  return { ...end, ...lateComers(application, { ending, ...doomed }) };
}

/** What is meant as a whole and is still there is a failure, also where it is nobody's who was told to go. */
function lateComers(
  { id, tasks }: Application,
  { ending, killed, dead, isMeantAsAWhole }: Omit<OneEnding, 'application'>,
): Pick<ApplicationEnd, 'error'> {
  if (!isMeantAsAWhole) return {};
  const told = tasksOf(ending.lost);
  const late = tasks.filter((task) => !killed.has(task.id) && !dead.has(task.id) && !told.has(task.id));
  if (late.length === 0) return {};
  const message = `${late.map((task) => task.id).join(', ')} of ${id} came up meanwhile, and ${late.length === 1 ? 'is' : 'are'} left`;
  return { error: { code: 'CONFLICT', message, hint: 'Run the same command again.' } };
}

interface Planned {
  readonly application: Application;
  readonly plan: KillPlan;
  readonly ending: Ending;
}

async function carryOut(workplace: FleetWorkplace, { application, plan, ending }: Planned): Promise<void> {
  const { scheduler } = workplace;
  const { id } = application;
  const { force, until } = ending;
  const isDeleted = plan.kind === 'delete';
  const what = isDeleted ? `the end of ${id}` : `the removal of ${plan.tasks.length} tasks of ${id}`;
  // Of what is deleted as a whole nobody wants what is under way there.
  const isTakenOver = force || (isDeleted && ending.whole.has(id));
  await carryOutChange(workplace, { application: id, force: isTakenOver, until, what }, (options) =>
    isDeleted ? scheduler.delete(id, options) : scheduler.removeTasks(id, plan.tasks, options),
  );
}

function stays({ instances }: Application, error: OchoError): ApplicationEnd {
  const { code, message, hint, advice } = failureReport(error);
  return {
    ...{ deleted: false, removed: [], left: instances },
    error: {
      code,
      message: `its pods are dead, and not all of their tasks are gone: ${message}`,
      ...(advice === undefined ? { hint: hint ?? 'The same command again removes them.' } : { advice }),
    },
  };
}

function gone({ tasks }: Application): ApplicationEnd {
  return { deleted: true, removed: tasks.map(({ id }) => id), left: 0 };
}

async function orFailure<T>(task: Promise<T>): Promise<{ readonly value: T } | { readonly failure: OchoError }> {
  try {
    return { value: await task };
  } catch (error) {
    if (isOchoError(error) && error.code !== 'INTERRUPTED') return { failure: error };
    throw error;
  }
}
