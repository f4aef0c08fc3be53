import { isOchoError, OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';

import { type ApplicationCluster, findClusters } from '../applications/application-clusters.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { generationsAmong } from '../applications/generations.ts';
import { notUp, type Troubles, troubles } from '../applications/troubles.ts';
import { joined } from '../applications/wait-progress.ts';
import { type Begun, interruption } from '../deploy/deploy-application.ts';
import type { Change } from '../scheduler/index.ts';
import { type Concluded, type FailedTarget, type FailureReport, failureReport, failuresOf } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { type RolledBackApplication, rollBackApplication } from './roll-back-application.ts';

/** What `ocho rollback --json` prints, by pattern as given. Fields may be added, never renamed. */
export type RollbackReport = Readonly<Record<string, PatternReport>>;

interface PatternReport {
  readonly ok: boolean;
  /** The pods that are up, by seq. */
  readonly up: readonly number[];
  /** The versions before and after; `null` when several applications went back, each from its own. */
  readonly from: string | null;
  readonly to: string | null;
  /** By id. */
  readonly applications: Readonly<Record<string, ApplicationReport>>;
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

export interface ApplicationReport {
  /** The version that it had. */
  readonly from: string;
  /** The one that it was told to be again; the same when it was told nothing. */
  readonly to: string;
  readonly image: string | null;
  readonly instances: number;
  readonly up: readonly number[];
  /** Pods that are not up, by name. */
  readonly late?: Troubles;
  readonly error?: FailureReport;
}

export interface RollbackRequest {
  readonly patterns: readonly ClusterPattern[];
  /** Nothing: the version before. */
  readonly to: string | undefined;
  readonly strict: boolean;
  /** How long pods must have been up, in milliseconds. */
  readonly stableMs: number;
  readonly force: boolean;
  readonly timeoutMs: number;
}

export interface RolledBackClusters extends Concluded<RollbackReport> {
  readonly applications: ReadonlyMap<string, ApplicationReport>;
}

/**
 * Have the applications of clusters as they were, and wait for their pods. One's failure does not stop the others.
 *
 * @throws {OchoError} `NOT_FOUND` when no application is meant, `INTERRUPTED` naming what goes on
 */
export async function rollBackClusters(
  workplace: FleetWorkplace,
  request: RollbackRequest,
): Promise<RolledBackClusters> {
  const until = workplace.clock.now() + request.timeoutMs;
  const found = await findClusters(workplace, { patterns: request.patterns, until });
  const begun = new Map<string, Begun>();
  const together = { ...workplace, progress: joined(workplace.progress) };
  const settled = await Promise.allSettled(
    found.clusters.flatMap((cluster) => rollBackCluster(together, cluster, { ...request, until, begun })),
  );
  const applications = new Map(
    settled.map((each) => {
      if (each.status === 'fulfilled') return each.value;
      throw isOchoError(each.reason, 'INTERRUPTED') ? interruption(each.reason, [...begun.values()]) : each.reason;
    }),
  );
  const patterns = found.byPattern.map(({ pattern, clusters, failed }) => {
    const members = found.clusters.filter(({ name }) => clusters.includes(name)).flatMap((each) => each.applications);
    const ids = new Set(members.map(({ application }) => application.id));
    return [pattern.given, patternReport(new Map([...applications].filter(([id]) => ids.has(id))), failed)] as const;
  });
  return {
    report: Object.fromEntries(patterns),
    tally: {
      expected: applications.size + found.failed.length,
      failed: [...failuresOf(applications), ...found.failed],
    },
    applications,
  };
}

interface ClusterRequest extends RollbackRequest {
  readonly until: number;
  /** What goes on without us, by application. */
  readonly begun: Map<string, Begun>;
}

function rollBackCluster(
  workplace: FleetWorkplace,
  { name, applications }: ApplicationCluster,
  { begun, ...request }: ClusterRequest,
): Promise<readonly [string, ApplicationReport]>[] {
  const isInTransit = generationsAmong(applications).length > 0;
  return applications.map(async (member): Promise<readonly [string, ApplicationReport]> => {
    const { id, version, image = null, instances } = member.application;
    let to = version;
    const onChange = (change: Change, target: string) => {
      begun.set(id, { application: id, change });
      to = target;
    };
    try {
      if (isInTransit) throw inTransit(name);
      begun.set(id, { application: id });
      const rolledBack = await rollBackApplication(workplace, member, { ...request, onChange });
      begun.delete(id);
      return [id, applicationReport(id, rolledBack)];
    } catch (error) {
      if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
      begun.delete(id);
      return [id, { from: version, to, image, instances, up: [], error: failureReport(error) }];
    }
  });
}

function inTransit(name: string): OchoError {
  return new OchoError(`a roll-out is under way in ${name}`, {
    code: 'CONFLICT',
    advice: advised({ to: 'end bump first', cluster: name }),
  });
}

function applicationReport(id: string, rolledBack: RolledBackApplication): ApplicationReport {
  const { outcome, up, missing, from, to, image, size } = rolledBack;
  const told = { from, to, image: image ?? null, instances: size, up: up.map(({ seq }) => seq) };
  if (outcome === 'up') return told;
  return { ...told, late: troubles(missing), error: notUp(id, rolledBack).error };
}

function patternReport(
  applications: ReadonlyMap<string, ApplicationReport>,
  missing: readonly FailedTarget[],
): PatternReport {
  const failed = [...failuresOf(applications), ...missing];
  const all = [...applications.values()];
  const [only] = all.length === 1 ? all : [];
  return {
    ok: failed.length === 0,
    up: all.flatMap(({ up }) => up),
    from: only?.from ?? null,
    to: only?.to ?? null,
    applications: Object.fromEntries(applications),
    ...(failed.length > 0 && { failed: Object.fromEntries(failed.map(({ target, error }) => [target, error])) }),
  };
}
