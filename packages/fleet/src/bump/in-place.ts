import { isOchoError, type Pod, qualified } from 'ochopod-core';

import { awaitPods, type MissingPod } from '../applications/await-pods.ts';
import { changing } from '../applications/begin-change.ts';
import type { FleetApplication, FleetWorkplace } from '../applications/fleet.ts';
import { notUp } from '../applications/troubles.ts';
import { restore } from '../deploy/take-back.ts';
import type { Change } from '../scheduler/index.ts';
import { type FailedTarget, failureReport } from '../tally.ts';
import type { BumpLimits } from './look.ts';

export interface InPlace extends BumpLimits {
  readonly image: string;
  /** What the way back may take, if there is to be one. */
  readonly wayBackMs: number | undefined;
}

export interface BumpedInPlace {
  readonly done: 'replaced' | 'stopped' | 'restored';
  readonly up: readonly Pod[];
  readonly late: readonly MissingPod[];
  readonly failed: readonly FailedTarget[];
}

/**
 * Change the image of an application, and leave to the scheduler how its pods are replaced.
 *
 * @throws {OchoError} `INTERRUPTED`, and what the scheduler refuses with
 */
export async function bumpInPlace(
  workplace: FleetWorkplace,
  target: FleetApplication,
  { image, wayBackMs, ...limits }: InPlace,
): Promise<BumpedInPlace> {
  const { id, version } = target.application;
  const change = await changing(workplace, { ...limits, application: id, ifVersion: version }, (options) =>
    workplace.scheduler.setImage(id, image, options),
  );
  limits.tell(`${qualified(target.cluster)}: deployment ${change.id} brings ${image}`);
  const waited = await untilReplaced(workplace, target, { change, ...limits });
  if (waited.failed.length === 0) return { done: 'replaced', ...waited };
  if (wayBackMs === undefined) return { done: 'stopped', ...waited };
  return wayBack(workplace, target, { change, waited, until: workplace.clock.now() + wayBackMs });
}

type Waited = Omit<BumpedInPlace, 'done'>;

async function untilReplaced(
  workplace: FleetWorkplace,
  { application, cluster }: FleetApplication,
  { change, strict, stableMs, until }: BumpLimits & { readonly change: Change },
): Promise<Waited> {
  const waited = await awaitPods(workplace, {
    ...{ cluster, application: application.id, count: application.instances, version: change.version, change },
    ...{ strict, stableMs, until },
  });
  const { outcome, up, missing } = waited;
  if (outcome === 'up') return { up, late: [], failed: [] };
  return { up, late: missing, failed: [notUp(qualified(cluster), waited)] };
}

interface WayBack {
  readonly change: Change;
  readonly waited: Waited;
  readonly until: number;
}

async function wayBack(
  workplace: FleetWorkplace,
  { application, cluster }: FleetApplication,
  { change, waited, until }: WayBack,
): Promise<BumpedInPlace> {
  try {
    await restore(workplace, { previous: application, plan: { cluster }, change, until });
    return { ...waited, done: 'restored', up: [] };
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    const failure = { target: application.id, error: failureReport(error) };
    return { ...waited, done: 'stopped', failed: [...waited.failed, failure] };
  }
}
