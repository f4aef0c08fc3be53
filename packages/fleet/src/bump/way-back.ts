import { OchoError, type Pod } from 'ochopod-core';

import { awaitPods, type MissingPod, type UpOrNot } from '../applications/await-pods.ts';
import { endApplication } from '../applications/end-application.ts';
import type { FleetApplication, FleetWorkplace } from '../applications/fleet.ts';
import { removeDead } from '../applications/remove-dead.ts';
import { grow } from '../applications/scale-up.ts';
import { upNow } from '../applications/standing.ts';
import { notUp } from '../applications/troubles.ts';
import type { FailedTarget } from '../tally.ts';
import { type Bumping, type BumpLimits, lookAtBoth, strictFor } from './look.ts';

/** How the way back went: with failures the next generation is still there. */
export interface WentBack {
  /** Pods of the former generation that are up. */
  readonly up: readonly Pod[];
  readonly late: readonly MissingPod[];
  readonly failed: readonly FailedTarget[];
}

/**
 * Undo a roll-out: the former generation gets its size back, counted in pods, and when they are up the next one goes.
 *
 * @throws {OchoError} `CONFLICT` when the former generation is gone, or somebody else changes it meanwhile; `INTERRUPTED`,
 *   and what the scheduler refuses with
 */
export async function goBack(workplace: FleetWorkplace, bumping: Bumping, limits: BumpLimits): Promise<WentBack> {
  const { cluster } = bumping;
  const before = await formerOf(workplace, bumping, limits);
  const dead = await removeDead(workplace, before, limits);
  if (dead.failed.length > 0) return { up: [], late: [], failed: dead.failed };
  const former = dead.count === 0 ? before : await formerOf(workplace, bumping, limits);
  const missing = bumping.size - former.application.instances;
  if (missing > 0) limits.tell(`${cluster}: ${missing} pods as before are started again`);
  const grown = missing > 0 ? await growBack(workplace, former, { bumping, limits }) : undefined;
  const back =
    grown !== undefined && grown.outcome !== 'up' ? grown : await untilBack(workplace, former, { bumping, limits });
  if (back.outcome !== 'up') return { up: back.up, late: back.missing, failed: [notUp(cluster, back)] };
  const { next } = await lookAtBoth(workplace, bumping, limits.until);
  // The new pods are not wanted, and may well be the broken ones.
  if (next !== undefined) await endApplication(workplace, next, limits.until);
  const after = await untilBack(workplace, former, { bumping, limits: { ...limits, stableMs: 0 } });
  if (after.outcome !== 'up') return { up: after.up, late: after.missing, failed: [notUp(cluster, after)] };
  return { up: after.up, late: [], failed: [] };
}

interface WayBack {
  readonly bumping: Bumping;
  readonly limits: BumpLimits;
}

async function formerOf(workplace: FleetWorkplace, bumping: Bumping, { until }: BumpLimits): Promise<FleetApplication> {
  const { former } = await lookAtBoth(workplace, bumping, until);
  if (former === undefined) throw nothingLeft(bumping);
  return former;
}

function growBack(workplace: FleetWorkplace, former: FleetApplication, { bumping, limits }: WayBack): Promise<UpOrNot> {
  const strict = strictFor(former.application, limits);
  return grow(workplace, former, { ...limits, strict, instances: bumping.size });
}

/** Those that were there all the time must be up as well before anybody is taken away. */
function untilBack(
  workplace: FleetWorkplace,
  { application, cluster }: FleetApplication,
  { bumping: { size: count }, limits }: WayBack,
): Promise<UpOrNot> {
  const { until, stableMs } = limits;
  return awaitPods(workplace, {
    ...{ cluster, application: application.id, count, stableMs, until, strict: strictFor(application, limits) },
    onLook: (standing) => limits.onUp(application.id, upNow(standing)),
  });
}

function nothingLeft({ cluster, formerId }: Bumping): OchoError {
  return new OchoError(`${formerId} is gone: there is nothing to go back to in ${cluster}`, {
    code: 'CONFLICT',
    hint: 'Bump it to the image that it had.',
  });
}
