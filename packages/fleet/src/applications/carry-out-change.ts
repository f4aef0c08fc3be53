import { isOchoError, OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';

import type { Change, ChangeOptions } from '../scheduler/index.ts';

import { type Changing, changing } from './begin-change.ts';
import { changeEnds } from './change-ends.ts';
import type { FleetWorkplace } from './fleet.ts';

export interface WantedChange extends Changing {
  readonly what: string;
}

/**
 * Change an application, and wait until the scheduler is done with it. Says once which deployment it waits for.
 *
 * @throws {OchoError} `CONFLICT` naming the deployment that was in the way to the end, `TIMEOUT` and `INTERRUPTED` naming
 *   the one that goes on, and whatever the scheduler says
 */
export async function carryOutChange(
  workplace: FleetWorkplace,
  wanted: WantedChange,
  request: (options: ChangeOptions) => Promise<Change>,
): Promise<Change> {
  const change = await changing(workplace, wanted, request);
  await untilDone(workplace, wanted, change);
  return change;
}

async function untilDone(workplace: FleetWorkplace, { what, until }: WantedChange, change: Change): Promise<void> {
  try {
    await changeEnds(workplace, change, { until, what });
  } catch (error) {
    throw isOchoError(error, 'TIMEOUT', 'INTERRUPTED') ? goesOn(error, what, change) : error;
  }
}

/** Whoever stops waiting must know that nothing was stopped by that. */
function goesOn({ code, cause }: OchoError, what: string, { id, application }: Change): OchoError {
  const why = code === 'TIMEOUT' ? 'did not end in time' : 'was not waited for';
  return new OchoError(`${what} ${why}: deployment ${id} of ${application} goes on in the background`, {
    code,
    advice: advised({ to: 'follow' }),
    details: { changes: [id] },
    cause,
  });
}

/**
 * Wait for all of several, whatever becomes of each.
 *
 * @throws what one threw; `INTERRUPTED` naming all that goes on when several were interrupted
 */
export async function allEnded<T>(tasks: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(tasks);
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const interruptions = failures.filter((error) => isOchoError(error, 'INTERRUPTED'));
  const [first] = interruptions;
  if (first !== undefined && interruptions.length === failures.length) {
    throw new OchoError(interruptions.map(({ message }) => message).join('; '), {
      code: 'INTERRUPTED',
      ...(first.advice !== undefined && { advice: first.advice }),
      details: { changes: interruptions.flatMap(({ details }) => details['changes'] ?? []) },
    });
  }
  return Promise.all(tasks);
}
