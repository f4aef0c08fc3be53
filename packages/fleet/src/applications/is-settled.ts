import { isOchoError, withDeadline } from 'ochopod-core';

import type { Application } from '../scheduler/index.ts';

import type { FleetView } from './fleet.ts';

/** Wait until the scheduler has nothing more to do with an application. @returns whether that came to be in time */
export async function isSettled(
  { clock, scheduler, signal: parent }: FleetView,
  { id, version }: Pick<Application, 'id' | 'version'>,
  until: number,
): Promise<boolean> {
  const deadline = { clock, ms: Math.max(1, until - clock.now()), what: `the deployment of ${id}`, parent };
  try {
    await withDeadline(deadline, async (signal) => {
      const [change] = (await scheduler.get(id, signal))?.changes ?? [];
      if (change !== undefined) await scheduler.untilDone({ id: change, application: id, version }, signal);
    });
    return true;
  } catch (error) {
    // Given up or overtaken: in any case it is over.
    if (isOchoError(error, 'POD_FAILED')) return true;
    if (!isOchoError(error, 'TIMEOUT')) throw error;
    return false;
  }
}
