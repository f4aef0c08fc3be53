import { isOchoError, type Pod } from 'ochopod-core';

import { type ApplicationCluster, type FoundClusters, findClusters } from '../applications/application-clusters.ts';
import { allEnded } from '../applications/carry-out-change.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { goesOn } from '../applications/goes-on.ts';
import { removeMembers } from '../applications/remove-members.ts';
import { grow } from '../applications/scale-up.ts';
import { notUp, troubles } from '../applications/troubles.ts';
import { joined } from '../applications/wait-progress.ts';
import type { Change } from '../scheduler/index.ts';
import { type Concluded, failureReport } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { planScale, type ScalePlan, type ScaleWish } from './plan.ts';
import { patternReport, type Scaled, type ScaleReport } from './report.ts';

export interface ScaleRequest {
  readonly patterns: readonly ClusterPattern[];
  readonly wish: ScaleWish;
  /** Wait until the processes of new pods run. */
  readonly strict: boolean;
  /** Take over from deployments that are in the way. */
  readonly force: boolean;
  readonly timeoutMs: number;
}

export interface ScaleResult extends Concluded<ScaleReport> {
  readonly clusters: readonly Scaled[];
}

/**
 * Bring clusters to another size, all at once; one that fails does not stop the others. What each is to become is
 * decided before anything is changed.
 *
 * @throws {OchoError} `CONFLICT`, `INVALID_INPUT`, `NOT_FOUND` when one of them must not be scaled so
 */
export async function scaleClusters(workplace: FleetWorkplace, request: ScaleRequest): Promise<ScaleResult> {
  const until = workplace.clock.now() + request.timeoutMs;
  const found = await findClusters(workplace, { patterns: request.patterns, until });
  const plans = found.clusters.map((cluster) => ({ cluster, plan: planScale(cluster, request.wish) }));
  const together = { ...workplace, progress: joined(workplace.progress) };
  const clusters = await allEnded(plans.map((each) => scaleOne(together, each, { ...request, until })));
  return { ...concluded(found, clusters), clusters };
}

function concluded(found: FoundClusters, clusters: readonly Scaled[]): Concluded<ScaleReport> {
  const patterns = found.byPattern.map((each) => {
    const ours = clusters.filter(({ name }) => each.clusters.includes(name));
    return [each.pattern.given, patternReport(ours, each.failed)] as const;
  });
  return {
    report: Object.fromEntries(patterns),
    tally: {
      expected: clusters.reduce((sum, { expected }) => sum + expected, 0) + found.failed.length,
      failed: [...clusters.flatMap(({ failed }) => failed), ...found.failed],
    },
  };
}

interface Planned {
  readonly cluster: ApplicationCluster;
  readonly plan: ScalePlan;
}

type Limits = Pick<ScaleRequest, 'strict' | 'force'> & { readonly until: number };

async function scaleOne(workplace: FleetWorkplace, { cluster, plan }: Planned, limits: Limits): Promise<Scaled> {
  const { name } = cluster;
  const before = { name, from: plan.from, to: plan.from, up: [], down: [], late: {}, failed: [], expected: 1 };
  try {
    if (plan.kind === 'up') return { ...before, ...(await up(workplace, { name, plan }, limits)) };
    if (plan.kind === 'down') return { ...before, ...(await down(workplace, plan, limits)) };
    return before;
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return { ...before, failed: [{ target: name, error: failureReport(error) }] };
  }
}

type Up = ScalePlan & { readonly kind: 'up' };
type Down = ScalePlan & { readonly kind: 'down' };

async function up(workplace: FleetWorkplace, { name, plan }: { name: string; plan: Up }, limits: Limits) {
  const { application, instances, to } = plan;
  let accepted: Change | undefined;
  const onChange = (change: Change) => {
    accepted = change;
  };
  try {
    const grown = await grow(workplace, application, { ...limits, instances, onChange });
    const failed = grown.outcome === 'up' ? [] : [notUp(name, grown.outcome, grown.late)];
    return { to, up: seqs(grown.up), late: troubles(grown.late), failed };
  } catch (error) {
    if (!isOchoError(error) || accepted === undefined) throw error;
    if (error.code === 'INTERRUPTED') throw goesOn(name, accepted, error);
    return { to, failed: [{ target: name, error: failureReport(error) }] };
  }
}

async function down(workplace: FleetWorkplace, { from, removals }: Down, limits: Limits) {
  const removed = await allEnded(removals.map((removal) => removeMembers(workplace, removal, limits)));
  const gone = removed.flatMap(({ members }) => members.flatMap(({ pod }) => pod ?? []));
  return {
    to: from - removed.reduce((sum, { count }) => sum + count, 0),
    down: seqs(gone),
    failed: removed.flatMap(({ failed }) => failed),
    // Who was left alone for one reason, as the application is locked, has failed once.
    expected: removed.reduce((sum, { count, failed }) => sum + count + failed.length, 0),
  };
}

const seqs = (pods: readonly Pod[]) => pods.map(({ seq }) => seq).sort((left, right) => left - right);
