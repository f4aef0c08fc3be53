import type { ClusterName } from 'ochopod-core';
import { awaitPods, type UpOrNot } from '../applications/await-pods.ts';
import { changing } from '../applications/begin-change.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { type KnownVersion, keptLabels, knownVersions } from '../applications/past-versions.ts';
import { untilUp } from '../applications/until-up.ts';
import { before } from '../before.ts';
import type { Application, Change } from '../scheduler/index.ts';
import { versionToGoBackTo } from './plan.ts';

export interface RollBackOptions {
  /** Nothing: the version before. */
  readonly to: string | undefined;
  readonly strict: boolean;
  /** How long its pods must have been up, in milliseconds. */
  readonly stableMs: number;
  /** Take over from deployments that are under way. */
  readonly force: boolean;
  /** On the clock of the workplace. */
  readonly until: number;
  /** Told of each change once it goes on without us, with the version that is to be again. */
  onChange(change: Change, to: string): void;
}

export interface RolledBackApplication extends UpOrNot {
  /** The version that was. */
  readonly from: string;
  /** The version whose words are in force again; the scheduler counts that as a new one. */
  readonly to: string;
  readonly image: string | undefined;
  /** How many pods there should be now. */
  readonly size: number;
}

interface Member {
  readonly application: Application;
  readonly cluster: ClusterName;
}

/**
 * Have an application as it was in another version, and wait for its pods. It keeps as many instances as it has: where
 * the version had fewer, it grows again once that runs.
 *
 * @throws {OchoError} `NOT_FOUND` when there is no such version, `CONFLICT` while it stays locked
 */
export async function rollBackApplication(
  workplace: FleetWorkplace,
  { application, cluster }: Member,
  options: RollBackOptions,
): Promise<RolledBackApplication> {
  const { scheduler } = workplace;
  const { id, version: from, instances } = application;
  const { until, strict, stableMs } = options;
  const target = await findVersion(workplace, application, options);
  const told = { from, to: target?.version ?? from, image: target === undefined ? application.image : target.image };
  // What another application was is taken over with the size that this one has.
  const sizeThen = target === undefined || target.application !== id ? instances : target.instances;
  const size = Math.max(instances, sizeThen);
  const awaited = { application: id, cluster, strict, stableMs, until };
  if (target === undefined) return { ...(await awaitPods(workplace, { ...awaited, count: size })), ...told, size };

  const change = await changing(workplace, { application: id, ifVersion: from, ...options }, (how) =>
    target.application === id
      ? scheduler.rollback(id, target.version, how)
      : scheduler.restore(id, { version: target, labels: keptLabels(application) }, how),
  );
  options.onChange(change, target.version);
  const back = await untilUp(workplace, { ...awaited, count: sizeThen }, change);
  if (back.outcome !== 'up' || size === sizeThen) return { ...back, ...told, size };
  const growth = await changing(workplace, { application: id, ifVersion: change.version, ...options }, (how) =>
    scheduler.scale(id, size, how),
  );
  options.onChange(growth, target.version);
  return { ...(await untilUp(workplace, { ...awaited, count: size }, growth)), ...told, size };
}

function findVersion(
  workplace: FleetWorkplace,
  application: Application,
  { to, until }: RollBackOptions,
): Promise<KnownVersion | undefined> {
  const { id } = application;
  return before(workplace, { until, what: `reading the versions of ${id}` }, async (signal) =>
    versionToGoBackTo(application, await knownVersions(workplace.scheduler, application, signal), to),
  );
}
