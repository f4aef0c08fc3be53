import { before } from '../before.ts';
import type { Change } from '../scheduler/index.ts';

import { type AwaitedPods, awaitPods, type UpOrNot } from './await-pods.ts';
import type { FleetView } from './fleet.ts';

/**
 * Wait until an application that was there before has its new pods up: its old ones are not taken for them, unless they are
 * as the new ones have to be.
 */
export async function untilUp(workplace: FleetView, awaited: AwaitedPods, change: Change): Promise<UpOrNot> {
  const { application, until } = awaited;
  const versions = await before(workplace, { until, what: `reading the versions of ${application}` }, (signal) =>
    workplace.scheduler.versionsLikeNow(application, signal),
  );
  return awaitPods(workplace, { ...awaited, versions, change });
}
