import { isOchoError, OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';
import { before } from '../before.ts';

import type { FailedTarget } from '../tally.ts';
import { carryOutChange } from './carry-out-change.ts';
import type { FleetApplication, FleetMember, FleetWorkplace } from './fleet.ts';
import { shutDown } from './remove-members.ts';

export interface EndedApplication {
  /** Those that shut down in order, or had no pod. */
  readonly gone: readonly FleetMember[];
  /** Those whose tasks were ended all the same. */
  readonly unwilling: readonly FailedTarget[];
}

/**
 * Shut the pods of an application down, then delete it: whoever does not shut down in order goes all the same, and from
 * what is under way there it is taken over, since nobody wants what that brings. It is gone when this returns.
 *
 * @param until on the clock of the workplace
 * @throws {OchoError} `CONFLICT` when it is still there, or there again; `TIMEOUT`, `INTERRUPTED`, and what the scheduler
 *   refuses with
 */
export async function endApplication(
  workplace: FleetWorkplace,
  { application: { id }, members }: FleetApplication,
  until: number,
): Promise<EndedApplication> {
  const { gone, failed: unwilling } = await shutDown(workplace, members, until);
  for (const { target, error } of unwilling) {
    workplace.warn(`${target} did not shut down in order: ${error.message}`);
  }
  await carryOutDelete(workplace, id, until);
  const looking = { until, what: `looking whether ${id} is gone` };
  const left = await before(workplace, looking, (signal) => workplace.scheduler.get(id, signal));
  if (left !== undefined) throw stillThere(id);
  return { gone, unwilling };
}

async function carryOutDelete(workplace: FleetWorkplace, application: string, until: number): Promise<void> {
  const wanted = { application, until, force: true, what: `the end of ${application}` };
  try {
    await carryOutChange(workplace, wanted, (options) => workplace.scheduler.delete(application, options));
  } catch (error) {
    if (!isOchoError(error, 'NOT_FOUND')) throw error; // somebody else was faster
  }
}

function stillThere(id: string): OchoError {
  return new OchoError(`${id} was deleted, and is there again: somebody else has created it`, {
    code: 'CONFLICT',
    advice: advised({ to: 'see history' }),
  });
}
