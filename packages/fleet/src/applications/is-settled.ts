import { isOchoError } from 'ochopod-core';
import { before } from '../before.ts';

import type { Application } from '../scheduler/index.ts';

import { changeEnds } from './change-ends.ts';
import type { FleetView } from './fleet.ts';

/** Wait until the scheduler has nothing more to do with an application. @returns whether that came to be in time */
export async function isSettled(
  workplace: FleetView,
  { id, version }: Pick<Application, 'id' | 'version'>,
  until: number,
): Promise<boolean> {
  const looking = { until, what: `the deployment of ${id}` };
  try {
    const present = await before(workplace, looking, (signal) => workplace.scheduler.get(id, signal));
    const [change] = present?.changes ?? [];
    if (change !== undefined) await changeEnds(workplace, { id: change, application: id, version }, { until });
    return true;
  } catch (error) {
    // Given up or overtaken: in any case it is over.
    if (isOchoError(error, 'POD_FAILED')) return true;
    if (!isOchoError(error, 'TIMEOUT')) throw error;
    return false;
  }
}
