import { isOchoError, OchoError, qualified } from 'ochopod-core';
import { advised } from '../advice.ts';

import { type ApplicationCluster, findClusters } from '../applications/application-clusters.ts';
import { awaitPods } from '../applications/await-pods.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { NotedChanges } from '../applications/noted-changes.ts';
import { notUp } from '../applications/troubles.ts';
import { askConsent, type Consent } from '../consent.ts';
import { type Concluded, type FailedTarget, failureReport } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { bumpInPlace } from './in-place.ts';
import { bumpInterrupted } from './interrupted.ts';
import { type Bumping, type BumpLimits, strictFor } from './look.ts';
import { type BumpPlan, type BumpWish, planBump } from './plan.ts';
import { type Bumped, type BumpReport, patternReport } from './report.ts';
import { type Rolling, rollOut } from './roll-out.ts';
import { goBack } from './way-back.ts';

export interface BumpRequest extends Rolling, Omit<BumpLimits, 'until' | 'onUp'> {
  readonly patterns: readonly ClusterPattern[];
  readonly wish: BumpWish;
  /** Have what was there before when pods do not come up. */
  readonly rollbackOnFailure: boolean;
  /** The way back gets as much again. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Asked about the roll-outs that would be undone, where that is what is wished. */
  readonly consent?: Consent<readonly UndoProspect[]> | undefined;
}

/** A roll-out, and what undoing it comes to. */
export interface UndoProspect extends Bumping {
  /** How many tasks of the new application would go. */
  readonly tasks: number;
}

export interface BumpResult extends Concluded<BumpReport> {
  readonly bumped: readonly Bumped[];
}

/**
 * Bring the applications of clusters to another image, one after the other; after one that failed no other is begun. What
 * each takes is decided before anything is changed.
 *
 * @throws {OchoError} `CONFLICT`, `INVALID_INPUT`, `NOT_FOUND` when one of them must not be bumped so; `INTERRUPTED` saying
 *   how far it came, what goes on, and how to end it
 */
export async function bumpClusters(given: FleetWorkplace, request: BumpRequest): Promise<BumpResult> {
  const changes = new NotedChanges(given.scheduler);
  const workplace = { ...given, scheduler: changes.scheduler };
  const end = workplace.clock.now() + request.timeoutMs;
  const found = await findClusters(workplace, { patterns: request.patterns, until: end });
  const plans = found.clusters.flatMap((cluster) => planBump(cluster, request.wish, request.now));
  if (plans.length === 0) throw nothingBegun(request.patterns);
  const prospect = undone(plans, found.clusters);
  const until = end + (prospect.length === 0 ? 0 : await askConsent(workplace, { consent: request.consent, prospect }));
  const bumped: Bumped[] = [];
  for (const plan of plans) {
    const stopper = bumped.find((each) => each.failed.length > 0);
    try {
      bumped.push(
        stopper === undefined
          ? await bumpOne(workplace, plan, { ...request, until, onUp: changes.sawUp.bind(changes) })
          : notBegun(plan, stopper),
      );
    } catch (error) {
      if (!isOchoError(error, 'INTERRUPTED')) throw error;
      throw bumpInterrupted(error, { plan, changes, bumped, why: whyOf(workplace.signal) });
    }
  }
  const patterns = found.byPattern.map((each) => {
    const ours = bumped.filter(({ cluster }) => each.clusters.includes(cluster));
    return [each.pattern.given, patternReport(ours, each.failed)] as const;
  });
  const failed = [...bumped.flatMap((each) => each.failed), ...found.failed];
  const succeeded = bumped.filter((each) => each.failed.length === 0).length;
  return { report: Object.fromEntries(patterns), tally: { expected: succeeded + failed.length, failed }, bumped };
}

function undone(plans: readonly BumpPlan[], clusters: readonly ApplicationCluster[]): UndoProspect[] {
  const applications = clusters.flatMap((cluster) => cluster.applications.map(({ application }) => application));
  return plans.flatMap((plan) => {
    if (plan.kind !== 'go back') return [];
    const next = applications.find(({ id }) => id === plan.bumping.nextId);
    return [{ ...plan.bumping, tasks: next?.tasks.length ?? 0 }];
  });
}

type One = BumpRequest & BumpLimits;
type Outcome = Omit<Bumped, 'cluster' | 'was' | 'application' | 'image'>;

async function bumpOne(workplace: FleetWorkplace, plan: BumpPlan, request: One): Promise<Bumped> {
  const { cluster, image, target } = plan;
  const was = target.application.id;
  const end = (outcome: Outcome): Bumped => ({ cluster, was, application: idAfter(plan, outcome), image, ...outcome });
  try {
    return end(await carryOut(workplace, plan, request));
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return end({ done: 'stopped', up: [], late: [], failed: [{ target: cluster, error: failureReport(error) }] });
  }
}

/** The application that takes the place of the former, once there is one. */
function idAfter(plan: BumpPlan, { done }: Outcome): string {
  const isBegun = done === 'replaced' || done === 'canary' || done === 'stopped';
  return plan.kind === 'roll out' && isBegun ? plan.bumping.nextId : plan.target.application.id;
}

async function carryOut(workplace: FleetWorkplace, plan: BumpPlan, request: One): Promise<Outcome> {
  const { target, image } = plan;
  switch (plan.kind) {
    case 'nothing': {
      const { application, cluster } = target;
      const strict = strictFor(application, request);
      const waited = await awaitPods(workplace, {
        ...{ cluster, application: application.id, count: application.instances, strict },
        ...{ until: request.until, stableMs: 0 },
      });
      const { outcome, up, missing } = waited;
      if (outcome === 'up') return { done: 'unchanged', up, late: [], failed: [] };
      return { done: 'unchanged', up, late: missing, failed: [notUp(qualified(cluster), waited)] };
    }
    case 'in place': {
      const wayBackMs = request.rollbackOnFailure ? request.timeoutMs : undefined;
      return bumpInPlace(workplace, target, { ...request, image, wayBackMs });
    }
    case 'go back':
      return { done: 'aborted', ...(await goBack(workplace, plan.bumping, request)) };
    case 'roll out':
      return rollOutOrGoBack(workplace, plan.bumping, request);
  }
}

async function rollOutOrGoBack(workplace: FleetWorkplace, bumping: Bumping, request: One): Promise<Outcome> {
  const rolled = await rollOut(workplace, bumping, request);
  if (rolled.done !== 'stopped' || !request.rollbackOnFailure) return rolled;
  request.tell(`${bumping.cluster}: going back`);
  const until = workplace.clock.now() + request.timeoutMs;
  try {
    const back = await goBack(workplace, bumping, { ...request, until });
    const failed = [...rolled.failed, ...back.failed];
    return {
      done: back.failed.length === 0 ? 'restored' : 'stopped',
      up: [],
      late: [...rolled.late, ...back.late],
      failed,
    };
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return { ...rolled, failed: [...rolled.failed, { target: bumping.formerId, error: failureReport(error) }] };
  }
}

/** In the words of whoever is told to end. */
function whyOf({ reason }: AbortSignal): string {
  return isOchoError(reason) ? reason.message : 'interrupted';
}

function notBegun({ cluster, target, image }: BumpPlan, stopper: Bumped): Bumped {
  const was = target.application.id;
  const message = `${was} was not attempted, since that of ${stopper.was} failed`;
  const failed: FailedTarget[] = [{ target: was, error: { code: 'POD_FAILED', message } }];
  return { cluster, was, application: was, image, done: 'not attempted', up: [], late: [], failed };
}

function nothingBegun(patterns: readonly ClusterPattern[]): OchoError {
  return new OchoError(`no bump of ${patterns.map(({ given }) => given).join(', ')} is under way`, {
    code: 'NOT_FOUND',
    advice: advised({ to: 'begin bump' }),
  });
}
