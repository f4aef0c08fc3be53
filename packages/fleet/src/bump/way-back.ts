import { OchoError, type Pod } from 'ochopod-core';

import { awaitPods, type LatePod } from '../applications/await-pods.ts';
import { carryOutChange } from '../applications/carry-out-change.ts';
import type { FleetApplication, FleetWorkplace } from '../applications/fleet.ts';
import { shutDown } from '../applications/remove-members.ts';
import { grow } from '../applications/scale-up.ts';
import { notUp } from '../applications/troubles.ts';
import type { FailedTarget } from '../tally.ts';
import { type Bumping, type BumpLimits, lookAtBoth, strictFor } from './look.ts';

/** How the way back went: with failures the next generation is still there. */
export interface WentBack {
  /** Pods of the former generation that are up. */
  readonly up: readonly Pod[];
  readonly late: readonly LatePod[];
  readonly failed: readonly FailedTarget[];
}

/**
 * Undo a roll-out: the former generation gets its size back, and when its pods are up the next one goes.
 *
 * @throws {OchoError} `CONFLICT` when the former generation is gone, `INTERRUPTED`, and what the scheduler refuses with
 */
export async function goBack(workplace: FleetWorkplace, bumping: Bumping, limits: BumpLimits): Promise<WentBack> {
  const { former, next } = await lookAtBoth(workplace, bumping, limits.until);
  if (former === undefined) throw nothingLeft(bumping);
  const { application, cluster } = former;
  const strict = strictFor(application, limits);
  const { until } = limits;
  if (application.instances < bumping.size) {
    limits.tell(`${bumping.cluster}: ${bumping.size - application.instances} pods as before are started again`);
    const { outcome, up, late } = await grow(workplace, former, { ...limits, strict, instances: bumping.size });
    if (outcome !== 'up') return { up, late, failed: [notUp(bumping.cluster, outcome, late)] };
  }
  if (next !== undefined) await end(workplace, next, limits);
  const { up } = await awaitPods(workplace, { cluster, application: application.id, count: 0, strict, until });
  return { up, late: [], failed: [] };
}

/** Whoever does not shut down in order goes all the same: the new pods are not wanted, and may well be the broken ones. */
async function end(workplace: FleetWorkplace, { application, members }: FleetApplication, { until }: BumpLimits) {
  const { failed } = await shutDown(workplace, members, until);
  for (const { target, error } of failed) workplace.warn(`${target} did not shut down in order: ${error.message}`);
  // A pod that does not come up keeps its own deployment going: that is the one to take over from.
  const wanted = { application: application.id, until, force: true, what: `the end of ${application.id}` };
  await carryOutChange(workplace, wanted, (options) => workplace.scheduler.delete(application.id, options));
}

function nothingLeft({ cluster, formerId }: Bumping): OchoError {
  return new OchoError(`${formerId} is gone: there is nothing to go back to in ${cluster}`, {
    code: 'CONFLICT',
    hint: 'Bump it to the image that it had.',
  });
}
