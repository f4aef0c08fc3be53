import { isOchoError, OchoError, podLabel } from 'ochopod-core';
import { advised } from '../advice.ts';
import { before } from '../before.ts';

import { askAll } from '../pods/ask-pods.ts';
import { killUntilDead } from '../pods/kill-until-dead.ts';
import type { Change, ChangeOptions } from '../scheduler/index.ts';
import { type FailedTarget, type FailureReport, failureReport } from '../tally.ts';
import type { Changing } from './begin-change.ts';
import { carryOutChange } from './carry-out-change.ts';
import type { FleetApplication, FleetMember, FleetWorkplace } from './fleet.ts';
import { isSettled } from './is-settled.ts';

/** Members of one application that are to go. */
export interface Removal {
  readonly from: FleetApplication;
  readonly members: readonly FleetMember[];
  /** Of the instances that have no task yet, so many are to come no more. */
  readonly unlaunched: number;
}

export interface Removed {
  /** By how many the application is smaller. */
  readonly count: number;
  /** The version that the application has by that; nothing when it was not changed. */
  readonly version: string | undefined;
  /** Those that went. */
  readonly members: readonly FleetMember[];
  readonly failed: readonly FailedTarget[];
}

export type RemovalLimits = Omit<Changing, 'application'>;

/** Of the time that is left, what pods may take to shut down; the rest is for the scheduler. */
const SHARE_OF_PODS = 0.8;

/**
 * Shut pods down through their agents, then remove exactly their tasks; a pod that does not shut down keeps its task.
 *
 * While the application is locked, and when somebody else has changed it, nobody is touched.
 *
 * @throws {OchoError} `INTERRUPTED`
 */
export async function removeMembers(
  workplace: FleetWorkplace,
  removal: Removal,
  limits: RemovalLimits,
): Promise<Removed> {
  const { application } = removal.from;
  const locked = await untilOurs(workplace, removal.from, limits);
  if (locked !== undefined)
    return { count: 0, version: undefined, members: [], failed: [{ target: application.id, error: locked }] };
  const { gone, failed } = await shutDown(workplace, removal.members, limits.until);
  const order = { ...removal, members: gone };
  const accepted: Accepted[] = [];
  const removed = () => accepted.reduce((sum, { count }) => sum + count, 0);
  const version = () => accepted.at(-1)?.change.version;
  try {
    await removeTasks(workplace, order, { ...limits, onAccepted: (each) => accepted.push(each) });
    return { count: removed(), version: version(), members: gone, failed };
  } catch (error) {
    if (!isOchoError(error)) throw error;
    const told = removed() === 0 ? withTasksLeft(error, gone) : error;
    if (error.code === 'INTERRUPTED') throw told;
    const failure = { target: application.id, error: failureReport(told) };
    const members = removed() === 0 ? [] : gone;
    return { count: removed(), version: version(), members, failed: [...failed, failure] };
  }
}

/** Tell pods to shut down, and wait until they have. Members without a pod have nothing to shut down. */
export async function shutDown(
  workplace: FleetWorkplace,
  members: readonly FleetMember[],
  until: number,
): Promise<{ readonly gone: readonly FleetMember[]; readonly failed: readonly FailedTarget[] }> {
  const { clock } = workplace;
  const end = clock.now() + (until - clock.now()) * SHARE_OF_PODS;
  const { failures, failed } = await askAll(workplace, {
    pods: members.flatMap(({ pod }) => pod ?? []),
    until: end,
    call: (pod) => killUntilDead(workplace, pod, end),
  });
  return { gone: members.filter(({ pod }) => pod === undefined || !failures.has(pod)), failed };
}

/** What is begun can be finished: nobody is killed whose task cannot be removed then. @returns why it cannot */
async function untilOurs(
  workplace: FleetWorkplace,
  from: FleetApplication,
  limits: RemovalLimits,
): Promise<FailureReport | undefined> {
  return (await untilUnlocked(workplace, from, limits)) ?? whyOvertaken(workplace, from, limits);
}

async function untilUnlocked(
  workplace: FleetWorkplace,
  { application }: FleetApplication,
  { until, force }: RemovalLimits,
): Promise<FailureReport | undefined> {
  const [change] = application.changes;
  if (change === undefined || force) return undefined;
  workplace.warn(`${application.id} is locked by deployment ${change}: waiting for that`);
  if (await isSettled(workplace, application, until)) return undefined;
  return {
    code: 'CONFLICT',
    message: `${application.id} was still locked by deployment ${change}`,
    advice: advised({ to: 'wait or take over' }),
  };
}

/** Nor is anybody killed for a plan that is none any more. */
async function whyOvertaken(
  workplace: FleetWorkplace,
  { application: { id } }: FleetApplication,
  { ifVersion, until }: RemovalLimits,
): Promise<FailureReport | undefined> {
  if (ifVersion === undefined) return undefined;
  const looking = { until, what: `looking at ${id}` };
  const present = await before(workplace, looking, (signal) => workplace.scheduler.get(id, signal));
  if (present === undefined || present.version === ifVersion) return undefined;
  const message = `somebody else has changed ${id}: it has version ${present.version}, and not ${ifVersion}`;
  return { code: 'CONFLICT', message, advice: advised({ to: 'see history' }) };
}

interface Accepted {
  /** By how many the application gets smaller. */
  readonly count: number;
  readonly change: Change;
}

interface Ordering extends RemovalLimits {
  /** Told of each, whatever comes after. */
  readonly onAccepted: (accepted: Accepted) => void;
}

async function removeTasks(
  workplace: FleetWorkplace,
  { from: { application }, members, unlaunched }: Removal,
  { onAccepted, ...limits }: Ordering,
): Promise<void> {
  const { scheduler } = workplace;
  const { id, instances } = application;
  const carryOut = (
    count: number,
    ifVersion: string | undefined,
    request: (options: ChangeOptions) => Promise<Change>,
  ) => {
    const what = `the removal of ${count} of the tasks of ${id}`;
    return carryOutChange(workplace, { ...limits, application: id, ifVersion, what }, async (options) => {
      const change = await request(options);
      onAccepted({ count, change });
      return change;
    });
  };
  const tasks = members.map(({ task }) => task.id);
  // The size that is left is as it was planned, or not at all; who goes is said by name.
  const { version } =
    tasks.length === 0
      ? application
      : await carryOut(tasks.length, limits.ifVersion, (options) => scheduler.removeTasks(id, tasks, options));
  const left = instances - tasks.length - unlaunched;
  if (unlaunched > 0) await carryOut(unlaunched, version, (options) => scheduler.scale(id, left, options));
}

/** Pods that are down already must not be forgotten over a scheduler that could not be told. */
function withTasksLeft(error: OchoError, gone: readonly FleetMember[]): OchoError {
  const names = gone.flatMap(({ pod }) => (pod === undefined ? [] : podLabel(pod)));
  if (names.length === 0) return error;
  return new OchoError(`${error.message}; ${names.join(', ')} shut down already, and their tasks are left`, {
    code: error.code,
    hint: 'Run the same command again: pods that are dead go first.',
    details: { ...error.details, dead: names },
    cause: error,
  });
}
