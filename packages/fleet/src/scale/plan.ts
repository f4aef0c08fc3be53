import { OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';

import type { ApplicationCluster } from '../applications/application-clusters.ts';
import type { FleetApplication, FleetMember } from '../applications/fleet.ts';
import { deployedAt, generationsAmong } from '../applications/generations.ts';
import type { Removal } from '../applications/remove-members.ts';
import { type ScaleFactor, sizeAfter } from '../words/scale-factor.ts';

/** What a cluster is to become. */
export interface ScaleWish {
  readonly factor: ScaleFactor;
  /** Whose application grows: a pod's seq. */
  readonly group?: number | undefined;
  /** The oldest go first. */
  readonly fifo: boolean;
  /** It must be of this size now. */
  readonly current?: number | undefined;
  /** It may become empty. */
  readonly force: boolean;
}

export interface ScalePlan {
  /** Instances, as the scheduler counts them: of dead pods the task is left. */
  readonly from: number;
  /** Pods. */
  readonly to: number;
  /** Who goes, first of all: the dead, whom nobody else replaces, and those that are too many. */
  readonly removals: readonly Removal[];
  /** What grows then, and by how many, if something has to. */
  readonly growth: { readonly application: FleetApplication; readonly by: number } | undefined;
}

/**
 * Decide what it takes to bring a cluster to its size.
 *
 * @throws {OchoError} `CONFLICT` when it is not as it should be, `INVALID_INPUT` when it would be empty,
 * `NOT_FOUND` when nothing has that seq
 */
export function planScale({ name, applications }: ApplicationCluster, wish: ScaleWish): ScalePlan {
  const from = applications.reduce((sum, { application }) => sum + application.instances, 0);
  const to = sizeAfter(wish.factor, from);
  refuseUnlessCurrent(name, from, wish);
  const living = Math.max(0, from - applications.flatMap(({ members }) => members.filter(isDead)).length);
  // Both generations together are more than there are to be, so that nothing can be said of a size.
  refuseDuringBump(name, applications);
  if (to === 0 && from > 0 && !wish.force) throw wouldBeEmpty(name);
  return {
    ...{ from, to, removals: removals(applications, Math.max(0, living - to), wish) },
    growth: to > living ? { application: growing(name, applications, wish), by: to - living } : undefined,
  };
}

function refuseUnlessCurrent(name: string, present: number, { current }: ScaleWish): void {
  if (current === undefined || current === present) return;
  throw new OchoError(`${name} has ${present} pods now, and not ${current}`, {
    code: 'CONFLICT',
    advice: advised({ to: 'see applications' }),
    details: { cluster: name, present },
  });
}

function refuseDuringBump(name: string, applications: readonly FleetApplication[]): void {
  const [bump] = generationsAmong(applications);
  if (bump === undefined) return;
  throw new OchoError(`${name} is being bumped to ${bump.next.application.image}`, {
    code: 'CONFLICT',
    advice: advised({ to: 'end bump first', cluster: name }),
  });
}

function wouldBeEmpty(name: string): OchoError {
  return new OchoError(`that leaves no pod of ${name}`, {
    code: 'INVALID_INPUT',
    advice: advised({ to: 'confirm emptiness' }),
  });
}

/** The one with the pod that was named; else the one that was deployed last. */
function growing(name: string, applications: readonly FleetApplication[], { group }: ScaleWish): FleetApplication {
  const [newest] = applications.toSorted((left, right) =>
    deployedAt(left.application) < deployedAt(right.application) ? 1 : -1,
  );
  const chosen =
    group === undefined ? newest : applications.find(({ members }) => members.some(({ pod }) => pod?.seq === group));
  if (chosen !== undefined) return chosen;
  throw new OchoError(`no application has the pod ${name} #${group}`, {
    code: 'NOT_FOUND',
    advice: advised({ to: 'see applications' }),
  });
}

interface Candidate {
  readonly from: FleetApplication;
  /** Nothing for an instance that has no task yet. */
  readonly member: FleetMember | undefined;
}

/** The dead, and so many more: those that are done, whom nobody misses, then by age over all applications. */
function removals(applications: readonly FleetApplication[], count: number, { fifo }: ScaleWish): Removal[] {
  const all = applications.flatMap(candidates);
  const youngestFirst = all.filter(({ member }) => !isDead(member)).sort((left, right) => age(right) - age(left));
  const inOrder = fifo ? youngestFirst.reverse() : youngestFirst;
  const tooMany = [...inOrder.filter(isDone), ...inOrder.filter((each) => !isDone(each))].slice(0, count);
  const doomed = [...all.filter(({ member }) => isDead(member)), ...tooMany];
  return applications.flatMap((from) => {
    const ours = doomed.filter((each) => each.from === from);
    const members = ours.flatMap(({ member }) => member ?? []);
    return ours.length === 0 ? [] : [{ from, members, unlaunched: ours.length - members.length }];
  });
}

function candidates(from: FleetApplication): Candidate[] {
  const { application, members } = from;
  const unlaunched = Math.max(0, application.instances - members.length);
  return [...members.map((member) => ({ from, member })), ...Array(unlaunched).fill({ from, member: undefined })];
}

/** The higher the younger; what is not even registered is youngest. */
function age({ member }: Candidate): number {
  if (member === undefined) return Number.MAX_SAFE_INTEGER;
  return member.pod?.seq ?? Number.MAX_SAFE_INTEGER - 1;
}

/** Shut down for good; whose process ended with 0 has done what it had to, and counts. */
function isDead(member: FleetMember | undefined): boolean {
  const { dead, died } = member?.pod?.registration ?? {};
  return dead === 'true' && died !== 'done';
}

function isDone({ member }: Candidate): boolean {
  return member?.pod?.registration.dead === 'true';
}
