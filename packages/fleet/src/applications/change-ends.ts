import { before } from '../before.ts';

import type { Change } from '../scheduler/index.ts';

import type { FleetView } from './fleet.ts';

export interface Patience {
  /** On the clock of the workplace. */
  readonly until: number;
  /** What does not end in time, where that is told. Default: the deployment, by its id. */
  readonly what?: string;
}

/**
 * Wait until the scheduler is done with a change.
 *
 * @throws {OchoError} `POD_FAILED` when the scheduler gave it up, `TIMEOUT`, `INTERRUPTED`
 */
export function changeEnds(
  workplace: Pick<FleetView, 'clock' | 'scheduler' | 'signal'>,
  change: Change,
  { until, what = `deployment ${change.id}` }: Patience,
): Promise<void> {
  return before(workplace, { until, what }, (signal) => workplace.scheduler.untilDone(change, signal));
}
