import { isOchoError, type Pod } from 'ochopod-core';
import { type ApplicationCluster, type FoundClusters, findClusters } from '../applications/application-clusters.ts';
import { awaitPods } from '../applications/await-pods.ts';
import { allEnded } from '../applications/carry-out-change.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { goesOn } from '../applications/goes-on.ts';
import { type Removal, removeMembers } from '../applications/remove-members.ts';
import { grow } from '../applications/scale-up.ts';
import { notUp, type Troubles, troubles } from '../applications/troubles.ts';
import { joined } from '../applications/wait-progress.ts';
import { before } from '../before.ts';
import { askConsent, type Consent } from '../consent.ts';
import type { Application, Change } from '../scheduler/index.ts';
import { type Concluded, failureReport } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { planScale, type ScalePlan, type ScaleWish } from './plan.ts';
import { patternReport, type Scaled, type ScaleReport } from './report.ts';

export interface ScaleRequest {
  readonly patterns: readonly ClusterPattern[];
  readonly wish: ScaleWish;
  /** Wait until the processes of new pods run. */
  readonly strict: boolean;
  /** How long new pods must have been up, in milliseconds. */
  readonly stableMs: number;
  /** Take over from deployments that are in the way. */
  readonly force: boolean;
  readonly timeoutMs: number;
  /** Asked about the clusters that would change. */
  readonly consent?: Consent<readonly ScaleProspect[]> | undefined;
}

export interface ScaleProspect {
  /** Qualified. */
  readonly cluster: string;
  /** Instances, as the scheduler counts them. */
  readonly from: number;
  /** Pods. */
  readonly to: number;
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
  const end = workplace.clock.now() + request.timeoutMs;
  const found = await findClusters(workplace, { patterns: request.patterns, until: end });
  const plans = found.clusters.map((cluster) => ({ cluster, plan: planScale(cluster, request.wish) }));
  const prospect = plans.map(({ cluster: { name: cluster }, plan: { from, to } }) => ({ cluster, from, to }));
  const until = end + (await askConsent(workplace, { consent: request.consent, prospect }));
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

type Limits = Pick<ScaleRequest, 'strict' | 'stableMs' | 'force'> & { readonly until: number };

async function scaleOne(workplace: FleetWorkplace, { cluster, plan }: Planned, limits: Limits): Promise<Scaled> {
  const { name } = cluster;
  const { from } = plan;
  let scaled: Scaled = { name, from, to: from, up: [], down: [], late: {}, failed: [], expected: 1 };
  try {
    if (plan.removals.length > 0) scaled = { ...scaled, ...(await remove(workplace, plan, limits)) };
    if (scaled.failed.length > 0) return scaled;
    if (plan.growth !== undefined) return { ...scaled, ...(await up(workplace, { name, plan }, limits)), expected: 1 };
    return plan.to < from ? scaled : { ...scaled, ...(await stays(workplace, { cluster, plan }, limits)) };
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return { ...scaled, failed: [{ target: name, error: failureReport(error) }] };
  }
}

interface Growing {
  readonly name: string;
  readonly plan: ScalePlan;
}

async function up(workplace: FleetWorkplace, { name, plan: { growth, to, removals } }: Growing, limits: Limits) {
  if (growth === undefined) return {};
  let accepted: Change | undefined;
  const onChange = (change: Change) => {
    accepted = change;
  };
  try {
    const application = await asLeft(workplace, growth.application.application, { removals, until: limits.until });
    const instances = application.instances + growth.by;
    const grown = await grow(workplace, { ...growth.application, application }, { ...limits, instances, onChange });
    const failed = grown.outcome === 'up' ? [] : [notUp(name, grown)];
    return { to, up: seqs(grown.up), late: failed.length === 0 ? {} : troubles(grown.missing), failed };
  } catch (error) {
    if (!isOchoError(error) || accepted === undefined) throw error;
    if (error.code === 'INTERRUPTED') throw goesOn(name, accepted, error);
    return { to, failed: [{ target: name, error: failureReport(error) }] };
  }
}

/** A size is that of pods: also where nothing is to be changed they have to be up. */
async function stays(workplace: FleetWorkplace, { cluster, plan }: Planned, { strict, until }: Limits) {
  const { name, applications } = cluster;
  const all = await Promise.all(
    applications.map(async (each) => {
      const { id, instances: count } = await asLeft(workplace, each.application, { removals: plan.removals, until });
      const awaited = { application: id, cluster: each.cluster, count };
      return awaitPods(workplace, { ...awaited, strict, until, oneShot: true, stableMs: 0 });
    }),
  );
  const lacking = all.filter(({ outcome }) => outcome !== 'up');
  return {
    late: Object.assign({}, ...lacking.map(({ missing }) => troubles(missing))) as Troubles,
    failed: lacking.map((each) => notUp(name, each)),
  };
}

/** An application as it is once its dead are gone; as it was planned for where there were none. */
async function asLeft(
  workplace: FleetWorkplace,
  planned: Application,
  { removals, until }: { readonly removals: readonly Removal[]; readonly until: number },
): Promise<Application> {
  if (!removals.some(({ from }) => from.application.id === planned.id)) return planned;
  const looking = { until, what: `looking at ${planned.id}` };
  return (await before(workplace, looking, (signal) => workplace.scheduler.get(planned.id, signal))) ?? planned;
}

async function remove(workplace: FleetWorkplace, { from, removals }: ScalePlan, limits: Limits) {
  const removed = await allEnded(removals.map((removal) => removeMembers(workplace, removal, limits)));
  const members = removed.flatMap((each) => each.members);
  return {
    to: from - removed.reduce((sum, { count }) => sum + count, 0),
    down: seqs(members.flatMap(({ pod }) => pod ?? [])),
    failed: removed.flatMap(({ failed }) => failed),
    // Who was left alone for one reason, as the application is locked, has failed once.
    expected: removed.reduce((sum, { count, failed }) => sum + count + failed.length, 0),
  };
}

const seqs = (pods: readonly Pod[]) => pods.map(({ seq }) => seq).sort((left, right) => left - right);
