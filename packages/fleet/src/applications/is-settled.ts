import { isOchoError, withDeadline } from 'ochopod-core';

import type { Application } from '../scheduler/index.ts';

import { changeEnds } from './change-ends.ts';
import type { FleetView } from './fleet.ts';

/** Wait until the scheduler has nothing more to do with an application. @returns whether that came to be in time */
export async function isSettled(
  workplace: FleetView,
  { id, version }: Pick<Application, 'id' | 'version'>,
  until: number,
): Promise<boolean> {
  const { clock, scheduler, signal: parent } = workplace;
  const deadline = { clock, ms: Math.max(1, until - clock.now()), what: `the deployment of ${id}`, parent };
  try {
    const [change] = (await withDeadline(deadline, (either) => scheduler.get(id, either)))?.changes ?? [];
    if (change !== undefined) await changeEnds(workplace, { id: change, application: id, version }, { until });
    return true;
  } catch (error) {
    // Given up or overtaken: in any case it is over.
    if (isOchoError(error, 'POD_FAILED')) return true;
    if (!isOchoError(error, 'TIMEOUT')) throw error;
    return false;
  }
}
