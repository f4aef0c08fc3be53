import { isOchoError, OchoError } from 'ochopod-core';
import { awaitPods } from '../applications/await-pods.ts';
import { changing } from '../applications/begin-change.ts';
import { changeEnds } from '../applications/change-ends.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { codeOf } from '../applications/troubles.ts';
import { before } from '../before.ts';
import type { Application, Change } from '../scheduler/index.ts';
import { type FailureReport, failureReport } from '../tally.ts';
import type { Target } from './targets.ts';

/** What became of the way back. */
export type RolledBack =
  | { readonly done: 'deleted' }
  /** `up`: the pods of the version before, by seq. */
  | { readonly done: 'restored'; readonly up: readonly number[] }
  | { readonly done: 'nothing'; readonly error: FailureReport };

interface Failed {
  readonly target: Target;
  readonly change: Change;
  /** What the way back may take. */
  readonly withinMs: number;
}

/** Have what was there before a deployment that failed: the version before, or nothing. */
export async function rollBack(workplace: FleetWorkplace, failed: Failed): Promise<RolledBack> {
  const until = workplace.clock.now() + failed.withinMs;
  const { previous, plan } = failed.target;
  try {
    if (previous === undefined) return await remove(workplace, failed.change.application, until);
    return await restore(workplace, { previous, plan, change: failed.change, until });
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return { done: 'nothing', error: failureReport(error) };
  }
}

/** Its own deployment has locked it, which is the one to take over from. */
async function remove(workplace: FleetWorkplace, application: string, until: number): Promise<RolledBack> {
  const change = await changing(workplace, { application, until, force: true }, (options) =>
    workplace.scheduler.delete(application, options),
  );
  await changeEnds(workplace, change, { until });
  return { done: 'deleted' };
}

interface Restoring {
  readonly previous: Application;
  readonly plan: Pick<Target['plan'], 'cluster'>;
  readonly change: Change;
  readonly until: number;
}

/** Have the version before of an application again. @throws {OchoError} when its pods do not come up in time */
export async function restore(
  workplace: FleetWorkplace,
  { previous, plan, change, until }: Restoring,
): Promise<RolledBack> {
  const { id: application, instances: count } = previous;
  const way = { application, until, force: true };
  const undoing =
    (await undone(workplace, { change, until })) ??
    (await changing(workplace, way, (options) => workplace.scheduler.rollback(application, previous.version, options)));
  await changeEnds(workplace, undoing, { until });
  const versions = await before(workplace, { until, what: `reading the versions of ${application}` }, (signal) =>
    workplace.scheduler.versionsLikeNow(application, signal),
  );
  const { cluster } = plan;
  const back = await awaitPods(workplace, {
    ...{ cluster, application, count, versions, until },
    ...{ strict: false, stableMs: 0 },
  });
  const { outcome, up } = back;
  if (outcome === 'up') return { done: 'restored', up: up.map(({ seq }) => seq) };
  throw new OchoError(`only ${up.length} of ${count} pods of the version before are up`, { code: codeOf(back) });
}

/** While it is under way it can be undone, and what still runs of the version before goes on. @returns nothing when it is over */
async function undone(workplace: FleetWorkplace, { change, until }: Pick<Restoring, 'change' | 'until'>) {
  const { application } = change;
  try {
    return await changing(workplace, { application, until, force: true }, (options) =>
      workplace.scheduler.undo(change, options),
    );
  } catch (error) {
    if (!isOchoError(error, 'NOT_FOUND')) throw error;
    return undefined;
  }
}
