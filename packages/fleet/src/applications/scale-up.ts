import type { Pod } from 'ochopod-core';

import type { Change } from '../scheduler/index.ts';

import { awaitPods, type LatePod } from './await-pods.ts';
import { type Changing, changing } from './begin-change.ts';
import type { FleetApplication, FleetWorkplace } from './fleet.ts';

export interface Growth extends Omit<Changing, 'application'> {
  readonly instances: number;
  /** Only pods whose process runs count as up. */
  readonly strict: boolean;
  /** The scheduler has accepted it, and goes on with it whether anybody waits or not. */
  readonly onChange?: (change: Change) => void;
}

export interface Grown {
  readonly outcome: 'up' | 'timeout' | 'failed';
  /** The new ones that are up. */
  readonly up: readonly Pod[];
  /** New ones that are not. */
  readonly late: readonly LatePod[];
}

/**
 * Make an application larger, and wait for its new pods; how the old ones are is not asked.
 *
 * @throws {OchoError} `INTERRUPTED`, and what the scheduler refuses with
 */
export async function grow(
  workplace: FleetWorkplace,
  { application, cluster, members }: FleetApplication,
  { instances, strict, onChange, ...limits }: Growth,
): Promise<Grown> {
  const { id } = application;
  const former = new Set(members.map(({ task }) => task.id));
  const awaited = { cluster, application: id, strict, until: limits.until };
  const before = await awaitPods(workplace, { ...awaited, count: 0 });
  const told = { ...limits, application: id };
  const change = await changing(workplace, told, (options) => workplace.scheduler.scale(id, instances, options));
  onChange?.(change);
  const wanted = instances - application.instances;
  for (let count = before.up.length + wanted; ; count += 1) {
    const now = await awaitPods(workplace, { ...awaited, count });
    const up = now.up.filter(({ registration }) => !former.has(registration.task));
    const late = [...now.deaths, ...now.late].filter(({ task }) => task === undefined || !former.has(task.id));
    // An old one that came back is none of those that were asked for.
    if (now.outcome !== 'up' || up.length >= wanted) return { outcome: now.outcome, up, late };
  }
}
