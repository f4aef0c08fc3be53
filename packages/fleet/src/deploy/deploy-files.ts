import { isOchoError, type OchoError, withDeadline } from 'ochopod-core';
import { advised } from '../advice.ts';

import type { FleetWorkplace } from '../applications/fleet.ts';
import { joined } from '../applications/wait-progress.ts';
import { type Concluded, type FailureReport, failureReport, failuresOf } from '../tally.ts';
import { type Begun, type Deployed, deployApplication, interruption } from './deploy-application.ts';
import { type Plan, type PlanRequest, planFiles } from './plan.ts';
import { type DeployedFile, type DeployReport, deployedFile } from './report.ts';
import { chooseTargets, type Target } from './targets.ts';

export interface DeployRequest extends PlanRequest {
  /** How many pods each file gets; left out: one, and as many as there are where one is replaced. */
  readonly pods: number | undefined;
  /** For all of it, whatever the files say. Left out: for each file what it says, or the default. */
  readonly timeoutMs: number | undefined;
  readonly defaultTimeoutMs: number;
  readonly strict: boolean;
  /** How long pods must have been up, in milliseconds, whatever the files say. Left out: what each file says, or the default. */
  readonly stableMs: number | undefined;
  readonly defaultStableMs: number;
  /** Each file waits until the pods of the one before are up; else all at once. */
  readonly ordered: boolean;
  /** Replace the newest application of each cluster, where there is one. */
  readonly update: boolean;
  readonly rollbackOnFailure: boolean;
  readonly force: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told what happens meanwhile, in one sentence each. */
  onEvent(path: string, text: string): void;
}

/**
 * Make applications of deploy files, and wait for their pods. One file's failure does not undo the others.
 *
 * @throws {OchoError} `INVALID_INPUT` with all problems of all files, before anybody is asked anything; `UNREACHABLE` when
 * the scheduler or ZooKeeper is, before anything is sent; `INTERRUPTED` naming what goes on
 */
export async function deployFiles(workplace: FleetWorkplace, request: DeployRequest): Promise<Concluded<DeployReport>> {
  const plans = await planFiles(workplace.files, request);
  const applications = await lookAround(workplace, { plans, request });
  const targets = chooseTargets({ ...request, plans, applications });
  const run = new Run({ ...workplace, progress: joined(workplace.progress) }, request);
  const files = request.ordered ? await run.inOrder(targets) : await run.atOnce(targets);
  const report = Object.fromEntries(targets.map(({ plan }, at) => [plan.path, files[at] as DeployedFile]));
  return { report, tally: { expected: targets.length, failed: failuresOf(Object.entries(report)) } };
}

interface Surroundings {
  readonly plans: readonly Plan[];
  readonly request: DeployRequest;
}

/** Both sides must be there before anything is sent: what nobody could wait for is not begun. */
async function lookAround(workplace: FleetWorkplace, { plans, request }: Surroundings) {
  const { clock, registry, scheduler, signal } = workplace;
  const ms = Math.min(...plans.map((plan) => limitOf(plan, request)));
  const what = 'looking at what runs';
  return withDeadline({ clock, ms, what, parent: signal }, async (either) => {
    const [applications] = await Promise.all([scheduler.list(either), registry.listPods([], either)]);
    return applications;
  });
}

function stableMsOf({ wait }: Plan, { stableMs, defaultStableMs }: DeployRequest): number {
  return stableMs ?? (wait.stable === undefined ? defaultStableMs : wait.stable * 1000);
}

function limitOf({ wait }: Plan, { timeoutMs, defaultTimeoutMs }: DeployRequest): number {
  return timeoutMs ?? (wait.timeout === undefined ? defaultTimeoutMs : wait.timeout * 1000);
}

/** One `ocho deploy`, and what it has begun so far. */
class Run {
  readonly #workplace: FleetWorkplace;
  readonly #request: DeployRequest;
  /** By path; no change yet where the scheduler has not answered. */
  readonly #begun = new Map<string, Begun>();
  readonly #startedAt: number;

  constructor(workplace: FleetWorkplace, request: DeployRequest) {
    this.#workplace = workplace;
    this.#request = request;
    this.#startedAt = workplace.clock.now();
  }

  async atOnce(targets: readonly Target[]): Promise<readonly DeployedFile[]> {
    const settled = await Promise.allSettled(targets.map((target) => this.#deploy(target)));
    return settled.map((each) => {
      if (each.status === 'rejected') throw this.#explained(each.reason);
      return each.value;
    });
  }

  async inOrder(targets: readonly Target[]): Promise<readonly DeployedFile[]> {
    const files: DeployedFile[] = [];
    let broken: { readonly path: string; readonly error: FailureReport } | undefined;
    for (const target of targets) {
      const { path } = target.plan;
      if (broken !== undefined) {
        const message = `was not begun, since ${broken.path} failed`;
        files.push(this.#notDone(target, { code: broken.error.code, message }));
        continue;
      }
      const file = await this.#deploy(target).catch((error: unknown) => {
        throw this.#explained(error);
      });
      if (file.error !== undefined) broken = { path, error: file.error };
      files.push(file);
    }
    return files;
  }

  async #deploy(target: Target): Promise<DeployedFile> {
    const { path } = target.plan;
    this.#begun.set(path, { application: target.spec.id });
    try {
      const deployed = await this.#bounded(target);
      this.#begun.delete(path);
      return deployedFile(target, deployed);
    } catch (error) {
      if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
      return this.#notDone(target, failureReport(error));
    }
  }

  #bounded(target: Target): Promise<Deployed> {
    const { path } = target.plan;
    const limit = limitOf(target.plan, this.#request);
    const from = this.#request.timeoutMs === undefined ? this.#workplace.clock.now() : this.#startedAt;
    return deployApplication(this.#workplace, target, {
      ...this.#request,
      until: from + limit,
      stableMs: stableMsOf(target.plan, this.#request),
      rollBackWithin: this.#request.rollbackOnFailure ? limit : undefined,
      onEvent: (text) => this.#request.onEvent(path, text),
      onChange: (change) => void this.#begun.set(path, { application: change.application, change }),
    });
  }

  #notDone({ plan, spec, previous }: Target, error: FailureReport): DeployedFile {
    const { change } = this.#begun.get(plan.path) ?? {};
    const failed = { ok: false, up: [], expected: spec.instances, application: change?.application ?? spec.id };
    if (change !== undefined) {
      const done = previous === undefined ? 'created' : 'replaced';
      return { ...failed, done, deployment: change.id, version: change.version, error };
    }
    const isKnown = !this.#begun.has(plan.path) || !['TIMEOUT', 'UNREACHABLE'].includes(error.code);
    if (isKnown) return { ...failed, done: 'nothing', error };
    return { ...failed, done: 'unknown', error: { ...error, advice: advised({ to: 'find out' }) } };
  }

  #explained(error: unknown): unknown {
    return isOchoError(error, 'INTERRUPTED') ? interruption(error as OchoError, [...this.#begun.values()]) : error;
  }
}
