import { messageOf } from 'ochopod-core';

import type { App } from '../app/app.ts';
import type { HealthResult, RunningTask, TaskEnd, TaskRunner } from '../tasks/task-runner.ts';
import type { Condition, Instance } from './instance.ts';
import type { InstanceEvents } from './instance-events.ts';
import { idleAgain, newPlace, type Place } from './place.ts';
import type { Standing } from './standing.ts';

export interface InstanceTrackerOptions {
  readonly runner: TaskRunner;
  readonly events: InstanceEvents;
  /** The time, as ISO-8601. */
  readonly now: () => string;
  /** An id for a new instance of an application. */
  readonly newId: (app: App) => string;
  /** A task is gone. Told before its instance changes. */
  readonly onEnd: (instance: Instance, end: TaskEnd) => void;
  /** A task is being killed because of its health. */
  readonly onUnhealthy: (instance: Instance, result: HealthResult) => void;
  /** Whatever is to be done may be another thing now. */
  readonly onChange: () => void;
}

/** Seconds that Mesos gives a task to end when its definition does not say. */
const DEFAULT_GRACE_SECONDS = 3;

const ENDED: Readonly<Record<TaskEnd['state'], Condition>> = {
  TASK_KILLED: 'Killed',
  TASK_FAILED: 'Failed',
  TASK_FINISHED: 'Finished',
};

/** Nobody sees it: the wait for readiness ends with its task. */
const TASK_ENDED = new Error('the task ended');

/** The instances and their tasks: each is launched when told to, and followed to its end. */
export class InstanceTracker {
  readonly #options: InstanceTrackerOptions;
  readonly #places = new Map<string, Place>();
  readonly #placesOf = new Map<string, Set<Place>>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: InstanceTrackerOptions) {
    this.#options = options;
  }

  /** In the order in which they came. */
  standings(appId?: string): readonly Standing[] {
    return [...(appId === undefined ? this.#places.values() : (this.#placesOf.get(appId) ?? []))];
  }

  find(taskId: string): Standing | undefined {
    return this.standings().find(({ instance }) => instance.taskId === taskId);
  }

  /** Make room for one more task, that is yet to be launched. */
  add(app: App): void {
    const place = newPlace(this.#options.newId(app), app, this.#options.now());
    this.#places.set(place.instance.id, place);
    this.#placesOf.set(app.id, (this.#placesOf.get(app.id) ?? new Set()).add(place));
    this.#options.events.changed(place.instance);
    this.#options.onChange();
  }

  /** Launch the next task of an instance that waits for one. */
  launch(id: string, app: App): void {
    const place = this.#places.get(id);
    if (place === undefined || place.instance.condition !== 'Scheduled') return;
    place.asking = new AbortController();
    place.checks = new Map();
    const life = this.#live(place, app).finally(() => this.#running.delete(life));
    this.#running.add(life);
  }

  /** Kill the task of an instance; another one takes its place. */
  kill(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined || place.instance.condition === 'Scheduled') return;
    place.asking.abort(TASK_ENDED);
    if (place.instance.condition !== 'Killing') this.#become(place, { condition: 'Killing' });
    this.#terminate(place);
  }

  /** Kill the task of an instance; the instance ends with it. */
  retire(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    place.isLeaving = true;
    this.#options.onChange();
    if (place.instance.condition === 'Scheduled') this.#remove(place);
    else if (place.instance.condition !== 'Killing') this.kill(id);
  }

  /** Retire all, and wait until they are gone. */
  async close(): Promise<void> {
    for (const id of [...this.#places.keys()]) this.retire(id);
    await Promise.all(this.#running);
  }

  async #live(place: Place, app: App): Promise<void> {
    const hostPorts: number[] = [];
    const end = await this.#runTask(place, app, hostPorts).catch(
      (error): TaskEnd => ({ state: failedState(place), message: messageOf(error) }),
    );
    this.#options.runner.releasePorts(hostPorts);
    this.#ended(place, end);
  }

  /** @param hostPorts those that were taken for it are added here */
  async #runTask(place: Place, app: App, hostPorts: number[]): Promise<TaskEnd> {
    const { runner, now } = this.#options;
    this.#become(place, { app, condition: 'Provisioned', stagedAt: now() });
    hostPorts.push(...runner.reservePorts(app));
    this.#become(place, { condition: 'Staging', hostPorts });
    const task = await runner.launch({ taskId: place.instance.taskId, app, hostPorts });
    place.task = task;
    place.instance = { ...place.instance, directory: task.directory, ipAddress: task.ipAddress };
    if (place.instance.condition === 'Killing') this.#terminate(place);
    else this.#started(place, task);
    return task.ended;
  }

  #started(place: Place, task: RunningTask): void {
    const hasReadiness = place.instance.app.readinessChecks.length > 0;
    const { signal } = place.asking;
    this.#become(place, {
      condition: 'Running',
      startedAt: this.#options.now(),
      isReady: hasReadiness ? false : undefined,
    });
    task.watchHealth((check, result) => {
      if (!signal.aborted) this.#checked(place, check, result);
    });
    if (!hasReadiness) return;
    task.untilReady(signal).then(
      () => {
        if (!signal.aborted) this.#note(place, { isReady: true });
      },
      () => {}, // its task ended before
    );
  }

  #checked(place: Place, check: number, result: HealthResult): void {
    const before = { instance: place.instance, wasAlive: place.checks.get(check)?.alive };
    place.checks.set(check, result);
    const health = [...place.checks].sort(([one], [other]) => one - other).map(([, each]) => each);
    this.#note(place, { health });
    this.#options.events.checked({ ...before, check, result }, place.instance);
    if (!result.isFatal || place.instance.condition !== 'Running') return;
    this.#options.events.unhealthy(place.instance, result);
    this.#options.onUnhealthy(place.instance, result);
    this.kill(place.instance.id);
  }

  #terminate({ task, instance }: Place): void {
    task?.kill((instance.app.taskKillGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000);
  }

  #ended(place: Place, end: TaskEnd): void {
    place.asking.abort(TASK_ENDED);
    place.task = undefined;
    this.#options.onEnd(place.instance, end);
    this.#become(place, { condition: ENDED[end.state] }, end.message);
    if (place.isLeaving) this.#remove(place);
    else this.#become(place, idleAgain(place.instance));
  }

  #remove(place: Place): void {
    const { id, app } = place.instance;
    const others = this.#placesOf.get(app.id);
    this.#places.delete(id);
    others?.delete(place);
    if (others?.size === 0) this.#placesOf.delete(app.id);
  }

  #become(place: Place, change: Partial<Instance>, message = ''): void {
    place.since = this.#options.now();
    this.#note(place, change);
    this.#options.events.changed(place.instance, message);
  }

  #note(place: Place, change: Partial<Instance>): void {
    place.instance = { ...place.instance, ...change };
    this.#options.onChange();
  }
}

/** What a task that could not be started ended with: not by itself when it was to be killed anyway. */
function failedState({ instance }: Place): TaskEnd['state'] {
  return instance.condition === 'Killing' ? 'TASK_KILLED' : 'TASK_FAILED';
}
