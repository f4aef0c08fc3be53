import { type ClusterName, OchoError, qualified } from 'ochopod-core';
import { advised } from '../advice.ts';

import { clusterOf } from '../applications/fleet.ts';
import { formerOf } from '../applications/generations.ts';
import type { Application, ApplicationSpec } from '../scheduler/index.ts';
import { applicationId } from '../words/application-id.ts';
import type { Plan } from './plan.ts';

/** A plan, and the application that it is for. */
export interface Target {
  readonly plan: Plan;
  /** Complete. */
  readonly spec: ApplicationSpec;
  /** What is replaced; nothing for a new application. */
  readonly previous: Application | undefined;
}

export interface Targeting {
  readonly plans: readonly Plan[];
  /** Those that there are. */
  readonly applications: readonly Application[];
  /** How many pods each gets; left out: one, and as many as there are where one is replaced. */
  readonly pods: number | undefined;
  /** Replace the newest application of a cluster. */
  readonly update: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const SECOND_MS = 1000;

/**
 * Say for each plan which application it is for. Two that begin in the same second get ids of their own.
 *
 * @throws {OchoError} `INVALID_INPUT` when two files would replace the same application, `CONFLICT` when what would be
 *   replaced is being rolled out
 */
export function chooseTargets({ plans, applications, pods, update, now }: Targeting): readonly Target[] {
  const taken = new Set(applications.map(({ id }) => id));
  const targets = plans.map((plan): Target => {
    const previous = update ? newestOf(applications, plan.cluster) : undefined;
    if (previous !== undefined) refuseWhileBumped(previous, { applications, cluster: plan.cluster });
    const { instances = pods } = ownWords(plan.spec);
    if (previous !== undefined) {
      const count = instances ?? Math.max(1, previous.instances);
      return { plan, previous, spec: { ...plan.spec, id: previous.id, instances: count } };
    }
    const { id = freeId(plan.cluster, { now, taken }) } = ownWords(plan.spec);
    taken.add(id);
    return { plan, previous, spec: { ...plan.spec, id, instances: instances ?? 1 } };
  });
  refuseTwice(targets);
  return targets;
}

/** What is said in the scheduler's own words wins. */
function ownWords({ verbatim: { id, instances } }: ApplicationSpec): { id?: string; instances?: number } {
  return {
    ...(typeof id === 'string' && { id: id.replace(/^\//, '') }),
    ...(typeof instances === 'number' && { instances }),
  };
}

function refuseTwice(targets: readonly Target[]): void {
  const paths = new Map<string, string>();
  for (const { plan, previous } of targets) {
    if (previous === undefined) continue;
    const other = paths.get(previous.id);
    if (other !== undefined) throw bothReplace([other, plan.path], previous.id);
    paths.set(previous.id, plan.path);
  }
}

/** The same target under the next free id, for when somebody else was faster. */
export function renamed(target: Target, { now, taken }: Naming): Target {
  return { ...target, spec: { ...target.spec, id: freeId(target.plan.cluster, { now, taken }) } };
}

interface Naming {
  readonly now: number;
  readonly taken: ReadonlySet<string>;
}

function freeId(cluster: ClusterName, { now, taken }: Naming): string {
  for (let at = now; ; at += SECOND_MS) {
    const id = applicationId({ ...cluster, now: at });
    if (!taken.has(id)) return id;
  }
}

/** The application of a cluster that was created last, by the time in its id; those without one come first. */
function newestOf(applications: readonly Application[], cluster: ClusterName): Application | undefined {
  const own = applications.filter((each) => {
    const name = clusterOf(each);
    return name !== undefined && qualified(name) === qualified(cluster);
  });
  const age = ({ id, version }: Application) => `${/\d{4}(-\d\d){5}$/.exec(id)?.[0] ?? ''} ${version}`;
  return own.sort((a, b) => (age(a) < age(b) ? 1 : -1))[0];
}

function refuseWhileBumped(
  application: Application,
  { applications, cluster }: { readonly applications: readonly Application[]; readonly cluster: ClusterName },
): void {
  const former = formerOf(application, applications);
  if (former === undefined) return;
  throw new OchoError(`${application.id} is taking the place of ${former.id}, batch by batch`, {
    code: 'CONFLICT',
    advice: advised({ to: 'end bump first', cluster: qualified(cluster) }),
  });
}

function bothReplace(paths: readonly string[], id: string): OchoError {
  return new OchoError(`${paths.join(' and ')} both replace ${id}`, {
    code: 'INVALID_INPUT',
    hint: 'Update one application with one file.',
  });
}
