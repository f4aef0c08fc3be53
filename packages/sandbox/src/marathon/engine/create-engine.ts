import { randomBytes, randomUUID } from 'node:crypto';

import { type Clock, isoTime, OchoError } from 'ochopod-core';

import type { App, AppDraft } from '../app/app.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { TaskEnd, TaskRunner } from '../tasks/task-runner.ts';
import { AppStore } from './app-store.ts';
import { appsAfter, changesOf, reverted } from './changes.ts';
import type { Deployment } from './deployment.ts';
import { DeploymentEvents } from './deployment-events.ts';
import { Deployments } from './deployments.ts';
import type { ChangeOptions, Engine, Queued, TaskFailure } from './engine.ts';
import { Failures } from './failures.ts';
import type { Instance } from './instance.ts';
import { InstanceEvents } from './instance-events.ts';
import { InstanceTracker } from './instance-tracker.ts';
import { LaunchDelays } from './launch-delays.ts';
import { type AppChange, planSteps } from './plan.ts';
import { queueOf } from './queue.ts';
import { Reconciler } from './reconciler.ts';
import { hasTask, isStaying, type Standing } from './standing.ts';
import { instanceIdOf } from './task-ids.ts';
import { uuid1Maker } from './uuid1.ts';
import { VersionClock } from './version-clock.ts';
import { versioned } from './version-info.ts';

export interface EngineOptions {
  readonly runner: TaskRunner;
  readonly events: EventBus;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  /** What tasks and events call the machine. */
  readonly slaveId: string;
}

/** Start with nothing to run. */
export function createEngine(options: EngineOptions): Engine {
  return new LocalEngine(options);
}

interface Request {
  readonly changes: readonly AppChange[];
  readonly version: string;
  /** Applications that were asked for, whether that changes them or not. */
  readonly touched: readonly string[];
}

class LocalEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #store = new AppStore();
  readonly #delays = new LaunchDelays();
  readonly #failures: Failures;
  readonly #versions: VersionClock;
  readonly #events: DeploymentEvents;
  readonly #deployments: Deployments;
  readonly #tracker: InstanceTracker;
  readonly #reconciler: Reconciler;

  constructor(options: EngineOptions) {
    const { runner, events, clock, wallTime, slaveId } = options;
    const agent = { host: runner.host, slaveId };
    const uuid1 = uuid1Maker(wallTime, randomBytes);
    const now = () => isoTime(wallTime());
    this.#options = options;
    this.#failures = new Failures(agent, now);
    this.#versions = new VersionClock(wallTime);
    this.#events = new DeploymentEvents(events);
    this.#deployments = new Deployments(this.#events);
    this.#tracker = new InstanceTracker({
      runner,
      events: new InstanceEvents(events, agent),
      now,
      newId: (app) => instanceIdOf(app.id, uuid1()),
      onEnd: (instance, end) => this.#ended(instance, end),
      onUnhealthy: (instance, result) => this.#failures.unhealthy(instance, result),
      onChange: () => this.#reconciler.changed(),
    });
    this.#reconciler = new Reconciler({
      store: this.#store,
      tracker: this.#tracker,
      deployments: this.#deployments,
      delays: this.#delays,
      clock,
    });
  }

  apps(): readonly App[] {
    return this.#store.apps();
  }

  app(id: string): App | undefined {
    return this.#store.get(id);
  }

  versions(id: string): readonly string[] {
    return this.#store.versions(id).map(({ version }) => version);
  }

  version(id: string, version: string): App | undefined {
    return this.#store.versions(id).find((app) => app.version === version);
  }

  instances(appId?: string): readonly Instance[] {
    return this.#tracker.standings(appId).map(({ instance }) => instance);
  }

  deployments(): readonly Deployment[] {
    return this.#deployments.list();
  }

  lastFailure(appId: string): TaskFailure | undefined {
    return this.#failures.last(appId);
  }

  queue(): readonly Queued[] {
    return queueOf(this.#tracker.standings(), this.#delays, this.#options.clock.now());
  }

  update(drafts: readonly AppDraft[], { force }: ChangeOptions): Deployment {
    const version = this.#versions.next();
    const changes = changesOf(drafts, this.#store, version);
    for (const { after } of changes) if (after !== undefined) this.#options.runner.check(after);
    return this.#deploy({ changes, version, touched: drafts.map(({ id }) => id) }, force);
  }

  restart(appId: string, { force }: ChangeOptions): Deployment {
    const before = this.#known(appId);
    const version = this.#versions.next();
    const after = versioned(before, version, { cause: 'restart', before });
    return this.#deploy({ changes: [{ id: appId, before, after }], version, touched: [appId] }, force);
  }

  delete(appId: string, { force }: ChangeOptions): Deployment {
    const changes = [{ id: appId, before: this.#known(appId), after: undefined }];
    return this.#deploy({ changes, version: this.#versions.next(), touched: [appId] }, force);
  }

  kill(taskIds: readonly string[], { wipe }: { readonly wipe: boolean }): readonly Instance[] {
    return this.#running(taskIds).map((standing) => {
      const { id } = standing.instance;
      if (wipe) this.#tracker.retire(id);
      else this.#tracker.kill(id);
      return standing.instance;
    });
  }

  killAndScale(taskIds: readonly string[], options: ChangeOptions): Deployment {
    const doomed = this.#running(taskIds).filter(isStaying);
    const drafts = this.apps().flatMap((app) => {
      const count = doomed.filter(({ instance }) => instance.app.id === app.id).length;
      return count === 0 ? [] : [{ ...app, instances: Math.max(0, app.instances - count) }];
    });
    const deployment = this.update(drafts, options);
    for (const { instance } of doomed) this.#tracker.retire(instance.id);
    return deployment;
  }

  cancel(deploymentId: string, { force }: ChangeOptions): Deployment | undefined {
    const plan = this.#deployments.find(deploymentId);
    if (plan === undefined) {
      throw new OchoError(`DeploymentPlan ${deploymentId} does not exist`, { code: 'NOT_FOUND' });
    }
    this.#deployments.cancel(deploymentId);
    this.#reconciler.changed();
    if (force) return undefined;
    const version = this.#versions.next();
    const changes = reverted(plan.changes, this.#store, version);
    return this.#deploy({ changes, version, touched: plan.changes.map(({ id }) => id) }, true);
  }

  resetDelay(appId: string): boolean {
    const waiting = this.queue().find(({ app }) => app.id === appId);
    if (waiting === undefined) return false;
    this.#delays.reset(waiting.app);
    this.#reconciler.changed();
    return true;
  }

  async close(): Promise<void> {
    this.#reconciler.close();
    await this.#tracker.close();
  }

  #deploy({ changes, version, touched }: Request, force: boolean): Deployment {
    const steps = planSteps(changes, appsAfter(changes, this.#store));
    const plan = { id: randomUUID(), version, steps, changes };
    this.#deployments.claim(plan, force);
    for (const { id, after } of changes) this.#define(id, after);
    this.#events.changed(touched, version);
    this.#reconciler.changed();
    return this.#deployments.start(plan);
  }

  #define(id: string, app: App | undefined): void {
    if (app === undefined) {
      this.#store.remove(id);
      this.#failures.forget(id);
    } else {
      this.#store.put(app);
    }
  }

  #known(appId: string): App {
    const app = this.#store.get(appId);
    if (app === undefined) throw new OchoError(`App '${appId}' does not exist`, { code: 'NOT_FOUND' });
    return app;
  }

  #running(taskIds: readonly string[]): readonly Standing[] {
    return [...new Set(taskIds)].flatMap((taskId) => this.#tracker.find(taskId) ?? []).filter(hasTask);
  }

  #ended(instance: Instance, end: TaskEnd): void {
    this.#failures.ended(instance, end);
    if (end.state !== 'TASK_KILLED') this.#delays.failed(instance.app, this.#options.clock.now());
  }
}
