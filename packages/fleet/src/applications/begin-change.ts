import { isOchoError, OchoError, withEither } from 'ochopod-core';
import { advised } from '../advice.ts';
import { before } from '../before.ts';

import type { Change, ChangeOptions } from '../scheduler/index.ts';

import type { FleetWorkplace } from './fleet.ts';
import { whyStuck } from './stuck-change.ts';

export interface Changing {
  readonly application: string;
  /** What becomes of it: `the removal of 2 tasks of web`. Default: its change. */
  readonly what?: string;
  /** On the clock of the workplace. */
  readonly until: number;
  /** Take over from another change that is under way. */
  readonly force: boolean;
  /** What it is planned for: the version that the application has. */
  readonly ifVersion?: string | undefined;
}

/**
 * Ask the scheduler for a change; what is in its way is waited for, and said.
 *
 * @throws {OchoError} `CONFLICT` naming what was in the way, at `until` or as soon as it is seen that it does not end;
 *   `TIMEOUT`, `INTERRUPTED` saying that it was not accepted yet
 */
export async function changing(
  workplace: FleetWorkplace,
  { application, until, force, ifVersion, what = `the change of ${application}` }: Changing,
  change: (options: ChangeOptions) => Promise<Change>,
): Promise<Change> {
  const { clock, signal, warn } = workplace;
  const stuck = new AbortController();
  let blocker: string | undefined;
  const onBlocked = (name: string) => {
    blocker = name;
    warn(`${application} is locked by deployment ${name}: waiting for that`);
    const looking = { ...workplace, signal: AbortSignal.any([signal, stuck.signal]) };
    whyStuck(looking, { application, change: name, until }).then(
      (why) => {
        if (why !== undefined) stuck.abort(why);
      },
      (bug: unknown) => stuck.abort(bug),
    );
  };
  try {
    return await withEither([signal, stuck.signal], (either) =>
      before({ clock, signal: either }, { until, what }, (bounded) =>
        change({ force, ifVersion, onBlocked, signal: bounded }),
      ),
    );
  } catch (error) {
    if (isOchoError(error, 'INTERRUPTED')) throw beforeAccepted(error, what);
    if (blocker === undefined || !isOchoError(error, 'TIMEOUT')) throw error;
    throw new OchoError(`${application} was still locked by deployment ${blocker}`, {
      code: 'CONFLICT',
      advice: advised({ to: 'wait or take over' }),
      details: { changes: [blocker] },
      cause: error,
    });
  } finally {
    stuck.abort(new OchoError('the wait is over', { code: 'INTERRUPTED' }));
  }
}

/** It may have been sent all the same. */
function beforeAccepted(cause: OchoError, what: string): OchoError {
  return new OchoError(`interrupted before ${what} was accepted`, {
    code: 'INTERRUPTED',
    advice: advised({ to: 'find out' }),
    cause,
  });
}
