import type { Change } from '../scheduler/index.ts';

import { awaitPods, type UpOrNot } from './await-pods.ts';
import { type Changing, changing } from './begin-change.ts';
import type { FleetApplication, FleetWorkplace } from './fleet.ts';
import type { Expectation } from './standing.ts';

export interface Growth extends Omit<Changing, 'application'>, Pick<Expectation, 'strict' | 'stableMs'> {
  readonly instances: number;
  /** The scheduler has accepted it, and goes on with it whether anybody waits or not. */
  readonly onChange?: (change: Change) => void;
}

/**
 * Make an application larger, and wait for its new pods; how the old ones are is not asked.
 *
 * @returns how the new ones are
 * @throws {OchoError} `CONFLICT` when somebody else has changed it since it was looked at, `INTERRUPTED`, and what the
 *   scheduler refuses with
 */
export async function grow(
  workplace: FleetWorkplace,
  { application, cluster, members }: FleetApplication,
  { instances, strict, stableMs, onChange, ...limits }: Growth,
): Promise<UpOrNot> {
  const { id, version } = application;
  const told = { ...limits, application: id, ifVersion: version };
  const change = await changing(workplace, told, (options) => workplace.scheduler.scale(id, instances, options));
  onChange?.(change);
  const except = new Set(members.map(({ task }) => task.id));
  const count = instances - application.instances;
  return awaitPods(workplace, {
    ...{ cluster, application: id, count, except, change, strict, stableMs, until: limits.until },
  });
}
