import { OchoError } from 'ochopod-core';

import type { Advice } from '../advice.ts';

import type { NotedChanges } from '../applications/noted-changes.ts';
import type { BumpPlan } from './plan.ts';
import type { Bumped } from './report.ts';

interface Interrupted {
  /** What is under way. */
  readonly plan: BumpPlan;
  readonly changes: NotedChanges;
  /** What was done before. */
  readonly bumped: readonly Bumped[];
  /** Why whoever waited does so no longer. */
  readonly why: string;
}

/** Whoever stops waiting must know how far it came, what goes on all the same, and how to end it. */
export function bumpInterrupted(cause: OchoError, { plan, changes, bumped, why }: Interrupted): OchoError {
  const ids = plan.kind === 'roll out' || plan.kind === 'go back' ? bothIds(plan) : [plan.target.application.id];
  const unanswered = ids.filter((id) => changes.isUnanswered(id));
  const accepted = ids.flatMap((id) => changes.acceptedOf(id) ?? []);
  const parts = [
    ...howFar(plan, changes),
    ...unanswered.map((id) => `whether the scheduler accepted a change of ${id} is not known`),
    ...accepted.map(({ id, application }) => `deployment ${id} of ${application} goes on in the background`),
    ...ofPods(cause),
    ...bumped.map(({ was, done }) => `${was} before it: ${done}`),
  ];
  if (parts.length === 0) return cause;
  return new OchoError(`${why}: ${parts.join('; ')}`, {
    code: 'INTERRUPTED',
    advice: adviceFor(plan, changes),
    details: { ...cause.details, changes: accepted.map(({ id }) => id), application: ids.at(-1) },
    cause,
  });
}

type Rolling = Extract<BumpPlan, { readonly bumping: unknown }>;

const bothIds = ({ bumping: { formerId, nextId } }: Rolling) => [formerId, nextId];

function howFar(plan: BumpPlan, changes: NotedChanges): string[] {
  if (plan.kind !== 'roll out' && plan.kind !== 'go back') return [];
  const { cluster, image, size, formerId, nextId } = plan.bumping;
  const [there, left] = [changes.instancesOf(nextId), changes.instancesOf(formerId) ?? 0];
  if (there === undefined) {
    const isOver = plan.kind === 'go back' || changes.acceptedOf(nextId) !== undefined;
    return isOver ? [`${cluster} has ${left} pods as before${ofWhichUp(left, formerId, changes)}`] : [];
  }
  const now = `${there} of ${size} pods of ${image} now${ofWhichUp(there, nextId, changes)}`;
  return [`${cluster} has ${now}, and ${left} as before${ofWhichUp(left, formerId, changes)}`];
}

/** The scheduler's count is one of containers. */
function ofWhichUp(instances: number, application: string, changes: NotedChanges): string {
  const up = changes.upOf(application);
  return up === undefined || up >= instances ? '' : ` (${up} up when last looked at)`;
}

/** Pods that were told to shut down when nobody waited for them any more. */
function ofPods({ details: { missing, dead } }: OchoError): string[] {
  return [
    ...(Array.isArray(missing) ? [`${missing.join(', ')} may still shut down`] : []),
    ...(Array.isArray(dead) ? [`${dead.join(', ')} shut down already, and their tasks are left`] : []),
  ];
}

const FOLLOW: Advice = { to: 'follow' };

function adviceFor(plan: BumpPlan, changes: NotedChanges): Advice {
  if (plan.kind !== 'roll out' && plan.kind !== 'go back') return FOLLOW;
  const { cluster, formerId, nextId } = plan.bumping;
  if (changes.isUnanswered(nextId) && changes.instancesOf(nextId) === undefined) {
    return { to: 'find out, then go on or back', cluster };
  }
  // Of two generations one is left: it is as good as over.
  if (changes.instancesOf(nextId) === undefined || changes.instancesOf(formerId) === undefined) return FOLLOW;
  return { to: plan.kind === 'roll out' ? 'go on or back' : 'go on back', cluster };
}
