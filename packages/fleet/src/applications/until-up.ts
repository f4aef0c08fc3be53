import type { Change } from '../scheduler/index.ts';

import { type AwaitedPods, awaitPods, type UpOrNot } from './await-pods.ts';
import type { FleetView } from './fleet.ts';

/**
 * Wait until an application that was there before has its new pods up: its old ones are not taken for them, unless they are
 * as the new ones have to be.
 */
export async function untilUp(workplace: FleetView, awaited: AwaitedPods, change: Change): Promise<UpOrNot> {
  const versions = await workplace.scheduler.versionsLikeNow(awaited.application, workplace.signal);
  return awaitPods(workplace, { ...awaited, versions, change });
}
