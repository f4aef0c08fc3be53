import { isOchoError, OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';
import { before } from '../before.ts';

import { awaitPods } from './await-pods.ts';
import { clusterOf, type FleetView } from './fleet.ts';
import type { Missing } from './standing.ts';
import { byReason } from './troubles.ts';

export interface Held {
  readonly application: string;
  /** What has locked it. */
  readonly change: string;
  /** On the clock of the workplace. */
  readonly until: number;
}

/**
 * Look, while a change holds an application, whether it can come to an end at all.
 *
 * @returns why it cannot, as soon as that is seen; nothing when it may end after all
 */
export async function whyStuck(workplace: FleetView, held: Held): Promise<OchoError | undefined> {
  const { application: id, change, until } = held;
  try {
    const looking = { until, what: `looking at ${id}` };
    const application = await before(workplace, looking, (signal) => workplace.scheduler.get(id, signal));
    const cluster = application && clusterOf(application);
    if (application === undefined || cluster === undefined) return undefined;
    const { missing } = await awaitPods(
      { ...workplace, progress: UNSEEN },
      { application: id, cluster, count: application.instances, strict: false, stableMs: 0, until },
    );
    const holding = missing.filter(holdsUp);
    if (holding.length === 0) return undefined;
    return new OchoError(`${id} is locked by deployment ${change}, which cannot end: ${byReason(holding).join('; ')}`, {
      code: 'CONFLICT',
      advice: advised({ to: 'take over' }),
      details: { changes: [change] },
    });
  } catch (error) {
    if (isOchoError(error)) return undefined; // whoever waits for the change hears of it as well
    throw error;
  }
}

/** Whoever waits for the change is shown already. */
const UNSEEN = { watch: () => {} };

/** A scheduler waits for tasks, and for its own checks of them; how a pod is does not matter to it. */
function holdsUp({ because, pod, task }: Missing): boolean {
  return because === 'unplaced' || (because === 'failing' && (pod === undefined || task?.healthy === false));
}
