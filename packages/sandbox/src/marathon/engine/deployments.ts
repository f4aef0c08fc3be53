import { OchoError } from 'ochopod-core';

import type { Deployment, DeploymentAction, DeploymentStep } from './deployment.ts';
import type { DeploymentEvents, Plan } from './deployment-events.ts';
import type { AppChange } from './plan.ts';

/** A plan, and what it was made of, so that it can be undone. */
export interface PlannedChange extends Plan {
  readonly changes: readonly AppChange[];
}

/** How the actions of a step stand. */
export interface Progress {
  /** Whether there is something to launch for it, now that it begins. */
  needsMore(action: DeploymentAction): boolean;
  /** @param awaitsAll whether what it launches has to be up, and all else too */
  isDone(action: DeploymentAction, awaitsAll: boolean): boolean;
}

interface Running {
  readonly plan: PlannedChange;
  /** From 1 once it runs. */
  step: number;
  /** Applications whose current action launches something. */
  growing: ReadonlySet<string>;
}

/** As many as Marathon runs at once (`max_running_deployments`). */
const MAX_RUNNING = 100;

const CANCELLED = 'The upgrade has been cancelled';

/** The deployments under way. An application belongs to one of them at most. */
export class Deployments {
  readonly #events: DeploymentEvents;
  readonly #running = new Map<string, Running>();

  constructor(events: DeploymentEvents) {
    this.#events = events;
  }

  list(): readonly Deployment[] {
    return [...this.#running.values()].map(describe);
  }

  find(id: string): PlannedChange | undefined {
    return this.#running.get(id)?.plan;
  }

  /**
   * Make these applications free for a new plan: those in its way are cancelled.
   *
   * @throws {OchoError} `CONFLICT` when there are some and `force` is false, `DENIED` when too many would run
   */
  claim(plan: Plan, force: boolean): void {
    const inTheWay = this.#sharing(plan);
    if (inTheWay.length > 0 && !force) throw locked(inTheWay);
    if (this.#running.size - inTheWay.length >= MAX_RUNNING) throw tooMany();
    for (const { id } of inTheWay) this.cancel(id);
  }

  start(plan: PlannedChange): Deployment {
    const running = { plan, step: 0, growing: new Set<string>() };
    this.#running.set(plan.id, running);
    return describe(running);
  }

  /** End it as it is. */
  cancel(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    const step = currentStep(running);
    if (step !== undefined) this.#events.stepFailed(running.plan, step);
    this.#events.failed(running.plan, CANCELLED);
  }

  /** What is done with an application now: the action of its deployment, or `waiting` for its turn. */
  stateOf(appId: string): DeploymentAction['action'] | 'waiting' | undefined {
    for (const running of this.#running.values()) {
      const current = actionOn(appId, currentStep(running));
      if (current !== undefined) return current.action;
      if (running.plan.steps.slice(running.step).some((step) => actionOn(appId, step))) return 'waiting';
    }
    return undefined;
  }

  /** Take every deployment one step further whose step is done. @returns whether there was one */
  advance(progress: Progress): boolean {
    const ready = [...this.#running.values()].filter((running) => isStepDone(running, progress));
    for (const running of ready) this.#advance(running, progress);
    return ready.length > 0;
  }

  #advance(running: Running, progress: Progress): void {
    const { plan } = running;
    const done = currentStep(running);
    if (done !== undefined) this.#stepDone(plan, done);
    running.step += 1;
    const next = currentStep(running);
    if (next === undefined) {
      this.#running.delete(plan.id);
      this.#events.succeeded(plan);
      return;
    }
    running.growing = new Set(next.actions.filter((each) => progress.needsMore(each)).map(({ app }) => app));
    this.#events.stepBegun(plan, next);
  }

  #stepDone(plan: Plan, step: DeploymentStep): void {
    for (const { action, app } of step.actions) if (action === 'StopApplication') this.#events.terminated(app);
    this.#events.stepDone(plan, step);
  }

  #sharing(plan: Plan): readonly Plan[] {
    const wanted = affected(plan);
    return [...this.#running.values()]
      .map((running) => running.plan)
      .filter((other) => affected(other).some((id) => wanted.includes(id)));
  }
}

function isStepDone(running: Running, progress: Progress): boolean {
  const actions = currentStep(running)?.actions ?? [];
  return actions.every((action) => progress.isDone(action, running.growing.has(action.app)));
}

function describe({ plan, step }: Running): Deployment {
  return {
    id: plan.id,
    version: plan.version,
    affectedApps: affected(plan),
    steps: plan.steps,
    currentStep: step,
    currentActions: plan.steps[step - 1]?.actions ?? [],
  };
}

function affected({ steps }: Plan): readonly string[] {
  return [...new Set(steps.flatMap(({ actions }) => actions.map(({ app }) => app)))];
}

function currentStep({ plan, step }: Running): DeploymentStep | undefined {
  return plan.steps[step - 1];
}

function actionOn(appId: string, step: DeploymentStep | undefined): DeploymentAction | undefined {
  return step?.actions.find(({ app }) => app === appId);
}

function locked(plans: readonly Plan[]): OchoError {
  return new OchoError(
    "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
    { code: 'CONFLICT', details: { deployments: plans.map(({ id }) => id) } },
  );
}

function tooMany(): OchoError {
  return new OchoError(
    `Max number (${MAX_RUNNING}) of running deployments is achieved. Wait for existing deployments to complete or cancel one using force=true parameter.`,
    { code: 'DENIED' },
  );
}
