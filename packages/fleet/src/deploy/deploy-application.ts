import { isOchoError, OchoError, podLabel } from 'ochopod-core';
import { advised } from '../advice.ts';
import { type AwaitedPods, awaitPods, type UpOrNot } from '../applications/await-pods.ts';
import { changing } from '../applications/begin-change.ts';
import type { FleetWorkplace } from '../applications/fleet.ts';
import { keptLabels } from '../applications/past-versions.ts';
import { isLate, type Standing } from '../applications/standing.ts';
import { untilUp } from '../applications/until-up.ts';
import { before } from '../before.ts';
import type { Application, ApplicationSpec, Change } from '../scheduler/index.ts';
import { type RolledBack, rollBack } from './take-back.ts';
import { renamed, type Target } from './targets.ts';

export interface DeployOptions {
  /** On the clock of the workplace. */
  readonly until: number;
  readonly strict: boolean;
  /** How long its pods must have been up, in milliseconds. */
  readonly stableMs: number;
  /** Take over from deployments that are under way. */
  readonly force: boolean;
  /** When its pods do not come up: have what was there before, which may take as long again. */
  readonly rollBackWithin?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told what happens, in one sentence each. */
  onEvent(text: string): void;
  /** Told once it is under way, whatever comes then. */
  onChange(change: Change): void;
}

export interface Deployed {
  /** By id. */
  readonly application: string;
  /** Nothing when it was what it has to be already. */
  readonly change: Change | undefined;
  readonly expected: number;
  readonly pods: UpOrNot;
  readonly rolledBack?: RolledBack | undefined;
}

/** Create or replace an application, and wait for its pods. */
export async function deployApplication(
  workplace: FleetWorkplace,
  target: Target,
  options: DeployOptions,
): Promise<Deployed> {
  const { previous } = target;
  const expected = target.spec.instances;
  if (previous !== undefined && (await isAlready(workplace, target, options))) {
    options.onEvent(`${previous.id} is as it has to be`);
    const pods = await awaitPods(workplace, { ...awaitedPods(target, options), change: previous, stableMs: 0 });
    return { application: previous.id, change: undefined, expected, pods };
  }
  const change =
    previous === undefined
      ? await create(workplace, target, options)
      : await changing(workplace, { application: previous.id, ifVersion: previous.version, ...options }, (how) =>
          workplace.scheduler.replace(previous.id, withPast(target.spec, previous), how),
        );
  options.onChange(change);
  options.onEvent(`${previous === undefined ? 'created' : 'replaced'} ${change.application} (deployment ${change.id})`);
  const pods = await whenUp(workplace, { target, change }, options);
  const isRolledBack = pods.outcome !== 'up' && options.rollBackWithin !== undefined;
  if (isRolledBack) options.onEvent(`${change.application} did not come up: rolling back`);
  const rolledBack = isRolledBack
    ? await rollBack(workplace, { target, change, withinMs: options.rollBackWithin ?? 0, ...options })
    : undefined;
  return { application: change.application, change, expected, pods, rolledBack };
}

const MOST_RENAMES = 5;

/** Somebody else may have created one in the same second. */
async function create(workplace: FleetWorkplace, target: Target, options: DeployOptions): Promise<Change> {
  const taken = new Set<string>();
  for (let next = target; ; ) {
    const { spec } = next;
    try {
      return await changing(workplace, { application: spec.id, ...options }, (how) =>
        workplace.scheduler.create(spec, how),
      );
    } catch (error) {
      const isTaken = isOchoError(error, 'CONFLICT') && isEmpty(error.details['changes']);
      if (!isTaken || taken.size === MOST_RENAMES || spec.verbatim['id'] !== undefined) throw error;
      taken.add(spec.id);
      next = renamed(next, { now: options.now, taken });
    }
  }
}

function isEmpty(changes: unknown): boolean {
  return !Array.isArray(changes) || changes.length === 0;
}

interface UnderWay {
  readonly target: Target;
  readonly change: Change;
}

function whenUp(workplace: FleetWorkplace, { target, change }: UnderWay, options: DeployOptions): Promise<UpOrNot> {
  const awaited = { ...awaitedPods(target, options), application: change.application, change };
  return target.previous === undefined ? awaitPods(workplace, awaited) : untilUp(workplace, awaited, change);
}

function awaitedPods({ spec, plan: { wait, cluster } }: Target, options: DeployOptions): AwaitedPods {
  return {
    ...{ application: spec.id, cluster, until: options.until, count: spec.instances, stableMs: options.stableMs },
    ...{ strict: options.strict || wait.strict, oneShot: wait.oneShot, onLook: teller(options.onEvent) },
  };
}

function isAlready(workplace: FleetWorkplace, { spec }: Target, { until }: DeployOptions): Promise<boolean> {
  return before(workplace, { until, what: `looking at ${spec.id}` }, (signal) =>
    workplace.scheduler.isAlready(spec.id, spec, signal),
  );
}

/** The versions of those whose place it has taken are kept. */
function withPast(spec: ApplicationSpec, previous: Application): ApplicationSpec {
  return { ...spec, labels: { ...spec.labels, ...keptLabels(previous) } };
}

/** Says of each pod once that it is up, and once what is the matter with it that waiting does not mend. */
function teller(onEvent: DeployOptions['onEvent']): (standing: Standing) => void {
  const told = new Set<string>();
  const tellOnce = (text: string) => {
    if (told.has(text)) return;
    told.add(text);
    onEvent(text);
  };
  return ({ up, missing }) => {
    for (const pod of up) tellOnce(`${podLabel(pod)} is up`);
    for (const { name, because, why } of missing) if (!isLate({ because })) tellOnce(`${name} ${why}`);
  };
}

/** What was asked of the scheduler, and its answer if it came. */
export interface Begun {
  readonly application: string;
  readonly change?: Change;
}

/** What goes on without us, said when somebody does not want to wait any longer. */
export function interruption(cause: OchoError, begun: readonly Begun[]): OchoError {
  const named = begun.map(({ application, change }) =>
    change === undefined ? `${application} may have been sent` : `${application} goes on (deployment ${change.id})`,
  );
  const deployments = begun.map(({ application, change }) => [application, change?.id ?? null] as const);
  return new OchoError(`interrupted; in the background ${named.join(', ') || 'nothing goes on'}`, {
    code: 'INTERRUPTED',
    ...(named.length > 0 && { advice: advised({ to: 'follow' }) }),
    details: { deployments: Object.fromEntries(deployments) },
    cause,
  });
}
