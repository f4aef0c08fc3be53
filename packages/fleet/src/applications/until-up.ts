import { isOchoError } from 'ochopod-core';

import type { Change } from '../scheduler/index.ts';

import { type AwaitedPods, awaitPods, type LatePod, type PodsNow } from './await-pods.ts';
import { versionsLikeNow } from './begin-change.ts';
import { changeEnds } from './change-ends.ts';
import type { FleetView } from './fleet.ts';

/** Who is up at the end of a wait, and whether that is everybody. */
export type UpOrNot = PodsNow & { readonly outcome: 'up' | 'timeout' | 'failed' };

/**
 * Wait until an application that was there before has its new pods up and its deployment is over: its old ones are not
 * taken for them, and with those gone the next change finds it unlocked.
 */
export async function untilUp(workplace: FleetView, awaited: AwaitedPods, change: Change): Promise<UpOrNot> {
  const versions = await versionsLikeNow(workplace.scheduler, awaited.application, workplace.signal);
  const first = await awaitPods(workplace, { ...awaited, versions });
  if (first.outcome !== 'up') return first;
  const left = await lateDeployment(workplace, change, awaited.until);
  if (left !== undefined) return { ...first, outcome: 'timeout', late: [...first.late, left] };
  return awaitPods(workplace, { ...awaited, versions });
}

/** @returns nothing when the deployment is over in time */
async function lateDeployment(workplace: FleetView, change: Change, until: number): Promise<LatePod | undefined> {
  try {
    await changeEnds(workplace, change, { until });
    return undefined;
  } catch (error) {
    if (!isOchoError(error, 'TIMEOUT', 'POD_FAILED')) throw error;
    const { application: name, id } = change;
    const why = isOchoError(error, 'POD_FAILED') ? error.message : `deployment ${id} goes on`;
    return { name, pod: undefined, task: undefined, why, lastLines: [] };
  }
}
