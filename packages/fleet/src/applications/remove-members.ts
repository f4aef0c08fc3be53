import { isOchoError, OchoError, podLabel } from 'ochopod-core';

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
 * While the application is locked nobody is touched.
 *
 * @throws {OchoError} `INTERRUPTED`
 */
export async function removeMembers(
  workplace: FleetWorkplace,
  removal: Removal,
  limits: RemovalLimits,
): Promise<Removed> {
  const { application } = removal.from;
  const locked = await untilUnlocked(workplace, removal.from, limits);
  if (locked !== undefined) return { count: 0, members: [], failed: [{ target: application.id, error: locked }] };
  const { gone, failed } = await shutDown(workplace, removal.members, limits.until);
  const order = { ...removal, members: gone };
  const accepted: number[] = [];
  const removed = () => accepted.reduce((sum, count) => sum + count, 0);
  try {
    await removeTasks(workplace, order, { ...limits, onAccepted: (count) => accepted.push(count) });
    return { count: removed(), members: gone, failed };
  } catch (error) {
    if (!isOchoError(error)) throw error;
    const told = removed() === 0 ? withTasksLeft(error, gone) : error;
    if (error.code === 'INTERRUPTED') throw told;
    const failure = { target: application.id, error: failureReport(told) };
    return { count: removed(), members: removed() === 0 ? [] : gone, failed: [...failed, failure] };
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
async function untilUnlocked(
  workplace: FleetWorkplace,
  { application }: FleetApplication,
  { until, force }: RemovalLimits,
): Promise<FailureReport | undefined> {
  const [change] = application.changes;
  if (change === undefined || force) return undefined;
  workplace.warn(
    `${application.id} is locked by deployment ${change}: waiting for that (--force-deployment takes over)`,
  );
  if (await isSettled(workplace, application, until)) return undefined;
  return {
    code: 'CONFLICT',
    message: `${application.id} was still locked by deployment ${change}`,
    hint: 'Wait for it, or take over from it with --force-deployment.',
  };
}

interface Ordering extends RemovalLimits {
  /** Told by how many the application gets smaller, whatever comes after. */
  readonly onAccepted: (count: number) => void;
}

async function removeTasks(
  workplace: FleetWorkplace,
  { from: { application }, members, unlaunched }: Removal,
  { onAccepted, ...limits }: Ordering,
): Promise<void> {
  const { scheduler } = workplace;
  const { id, instances } = application;
  const carryOut = (count: number, request: (options: ChangeOptions) => Promise<Change>) => {
    const what = `the removal of ${count} of the tasks of ${id}`;
    return carryOutChange(workplace, { ...limits, application: id, what }, async (options) => {
      const change = await request(options);
      onAccepted(count);
      return change;
    });
  };
  const tasks = members.map(({ task }) => task.id);
  if (tasks.length > 0) await carryOut(tasks.length, (options) => scheduler.removeTasks(id, tasks, options));
  const left = instances - tasks.length - unlaunched;
  if (unlaunched > 0) await carryOut(unlaunched, (options) => scheduler.scale(id, left, options));
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
