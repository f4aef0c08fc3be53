import { fnmatch, isOchoError, OchoError, type Pod, podLabel, qualified } from 'ochopod-core';
import { advised } from '../advice.ts';
import { clusterOf, type FleetWorkplace } from '../applications/fleet.ts';
import { before } from '../before.ts';

import { askConsent, type Consent } from '../consent.ts';
import { type Answers, askAll } from '../pods/ask-pods.ts';
import { type FoundByPattern, type FoundPods, findPods, findTargets, type Selection } from '../pods/find-pods.ts';
import { killUntilDead } from '../pods/kill-until-dead.ts';
import type { SteeredTarget } from '../pods/steer-pods.ts';
import type { Application } from '../scheduler/index.ts';
import { type Concluded, type FailedTarget, type FailureReport, failuresOf, tallyOf } from '../tally.ts';
import { type ApplicationEnd, endTasks } from './kill-tasks.ts';

/** What `ocho kill --json` prints, by pattern as given. Fields may be added, never renamed. */
export type KillReport = Readonly<Record<string, KilledByPattern>>;

interface KilledByPattern {
  readonly ok: boolean;
  /** Those that are shut down for good, by seq. */
  readonly down: readonly number[];
  /** What became of their applications, by id. */
  readonly applications: Readonly<Record<string, ApplicationEnd>>;
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

export interface KillRequest extends Selection {
  /** End tasks as well whose pod cannot be reached or, unless pods are chosen by number, has not registered. */
  readonly unreachable: boolean;
  /** Take over from deployments that are in the way. */
  readonly force: boolean;
  readonly consent?: Consent<KillProspect> | undefined;
}

/** What would go. */
export interface KillProspect {
  readonly pods: readonly Pod[];
  /** Applications, by id, of which also goes what has no pod. */
  readonly whole: readonly string[];
}

export interface Killed extends Concluded<KillReport> {
  readonly targets: readonly SteeredTarget[];
  /** By id. */
  readonly applications: ReadonlyMap<string, ApplicationEnd>;
}

/** How much of the time is kept for the scheduler when pods are silent. */
const KEPT_SHARE = 0.25;
const KEPT_MOST_MS = 20_000;

/**
 * Shut pods down for good, wait until each says that it is, then take exactly their tasks from the scheduler: their
 * application as a whole when nobody else is left of it. Nobody is touched when the scheduler cannot be reached.
 */
export async function killPods(workplace: FleetWorkplace, request: KillRequest): Promise<Killed> {
  const { clock, scheduler } = workplace;
  const end = clock.now() + request.timeoutMs;
  const applications = await before(workplace, { until: end, what: 'listing the applications' }, (signal) =>
    scheduler.list(signal),
  );
  const unborn = request.unreachable && request.seqs.length === 0 ? applications.filter(isMeantBy(request)) : [];
  const remaining = { ...request, timeoutMs: Math.max(1, end - clock.now()) };
  const meant =
    unborn.length > 0 ? await findAny(workplace, remaining, unborn) : await findTargets(workplace, remaining);
  const prospect = { pods: meant.pods, whole: unborn.map(({ id }) => id) };
  const until = end + (await askConsent(workplace, { consent: request.consent, prospect }));
  const found = { ...meant, until };
  const told = await tellAll(workplace, found, request);
  const fates = fatesOf(found, told, { applications, unreachable: request.unreachable });
  const down = found.pods.filter((pod) => !fates.has(pod));
  const ends = await endTasks(workplace, {
    ...{ until, force: request.force, applications, down, lost: [...fates.keys()] },
    patterns: request.patterns,
    whole: new Set(prospect.whole),
  });
  return concluded({ found, fates, ends, applications });
}

async function tellAll(
  workplace: FleetWorkplace,
  found: FoundPods,
  { timeoutMs }: KillRequest,
): Promise<Answers<void>> {
  const until = found.until - Math.min(timeoutMs * KEPT_SHARE, KEPT_MOST_MS);
  try {
    return await askAll(workplace, { pods: found.pods, until, call: (pod) => killUntilDead(workplace, pod, until) });
  } catch (error) {
    if (!isOchoError(error, 'INTERRUPTED')) throw error;
    throw new OchoError(error.message, {
      code: 'INTERRUPTED',
      hint: 'Those that were told go on shutting down, and their tasks stay: the same command again removes them.',
      details: error.details,
      cause: error,
    });
  }
}

interface Circumstances {
  readonly applications: readonly Application[];
  readonly unreachable: boolean;
}

/** Those that are not down, and why. */
function fatesOf(
  { pods }: FoundPods,
  { failures }: Answers<void>,
  { applications, unreachable }: Circumstances,
): ReadonlyMap<Pod, FailedTarget> {
  const tasks = new Set(applications.flatMap((application) => application.tasks.map(({ id }) => id)));
  const fates = new Map<Pod, FailedTarget>();
  for (const pod of pods) {
    const failure = failures.get(pod);
    const isTask = tasks.has(pod.registration.task);
    const fate = failure && fateOf(pod, failure, { isTask, unreachable });
    if (fate !== undefined) fates.set(pod, fate);
  }
  return fates;
}

interface Standing {
  /** Whether the scheduler knows its task. */
  readonly isTask: boolean;
  readonly unreachable: boolean;
}

function fateOf(pod: Pod, failure: FailedTarget, { isTask, unreachable }: Standing): FailedTarget | undefined {
  if (!isTask) return isGone(pod, failure) ? undefined : failure;
  if (!isLost(failure)) return failure;
  return unreachable ? undefined : withTaskLeft(failure, pod.registration.task);
}

/** Of a pod that was somebody's task once, and is none any more, only its registration is left for a while. */
function isGone({ registration }: Pod, { error }: FailedTarget): boolean {
  return registration.task !== '' && error.code === 'UNREACHABLE';
}

function isLost({ error: { code } }: FailedTarget): boolean {
  return code === 'UNREACHABLE' || code === 'TIMEOUT';
}

function withTaskLeft({ target, error }: FailedTarget, task: string): FailedTarget {
  return { target, error: { ...error, advice: advised({ to: 'end unreachable', task }) } };
}

/** A cluster of which no pod has registered is there all the same when it has tasks. */
async function findAny(workplace: FleetWorkplace, selection: Selection, unborn: readonly Application[]) {
  const found = await findPods(workplace, selection);
  const hasTasks = ({ pattern }: FoundByPattern) => unborn.some(isMeantBy({ patterns: [pattern] }));
  const byPattern = found.byPattern.map((each) =>
    hasTasks(each) ? { ...each, failed: each.failed.filter(isThere) } : each,
  );
  return { ...found, byPattern, failed: byPattern.flatMap(({ failed }) => failed) };
}

function isThere({ error }: FailedTarget): boolean {
  return error.code !== 'NOT_FOUND';
}

function isMeantBy({ patterns }: Pick<Selection, 'patterns'>): (application: Application) => boolean {
  return (application) => {
    const cluster = clusterOf(application);
    return cluster !== undefined && patterns.some(({ glob }) => fnmatch(glob)(qualified(cluster)));
  };
}

interface Outcome {
  readonly found: FoundPods;
  readonly fates: ReadonlyMap<Pod, FailedTarget>;
  readonly ends: ReadonlyMap<string, ApplicationEnd>;
  readonly applications: readonly Application[];
}

function concluded(outcome: Outcome): Killed {
  const { found, fates, ends } = outcome;
  const patterns = found.byPattern.map((each) => [each.pattern.given, patternReport(each, outcome)] as const);
  const tally = tallyOf(found, [...fates.values(), ...failuresOf(ends)]);
  const missing = found.failed.map(({ target, error }) => ({ target, error }));
  return {
    report: Object.fromEntries(patterns),
    tally: { ...tally, expected: tally.expected + ends.size },
    targets: [...found.pods.map((pod) => killedTarget(pod, fates.get(pod))), ...missing],
    applications: ends,
  };
}

function killedTarget(pod: Pod, fate: FailedTarget | undefined): SteeredTarget {
  return fate ?? { target: podLabel(pod) };
}

function patternReport(
  { pattern, pods, failed }: FoundByPattern,
  { fates, ends, applications }: Outcome,
): KilledByPattern {
  const ours = new Map([...ends].filter(([id]) => isOf(id)));
  const failedHere = [...failed, ...pods.flatMap((pod) => fates.get(pod) ?? []), ...failuresOf(ours)];
  return {
    ok: failedHere.length === 0,
    down: pods.filter((pod) => !fates.has(pod)).map(({ seq }) => seq),
    applications: Object.fromEntries(ours),
    ...(failedHere.length > 0 && {
      failed: Object.fromEntries(failedHere.map(({ target, error }) => [target, error])),
    }),
  };

  function isOf(id: string): boolean {
    const application = applications.find((each) => each.id === id);
    if (application === undefined) return false;
    const isTask = ({ registration }: Pod) => application.tasks.some((task) => task.id === registration.task);
    return pods.some(isTask) || isMeantBy({ patterns: [pattern] })(application);
  }
}
