import { OchoError } from 'ochopod-core';

import type { App } from '../../../src/marathon/app/app.ts';
import type {
  HealthResult,
  RunningTask,
  TaskEnd,
  TaskOrder,
  TaskRunner,
} from '../../../src/marathon/tasks/task-runner.ts';

const FIRST_PORT = 31_000;

/** A task that does only what a test tells it to. */
export class FakeTask implements RunningTask {
  readonly order: TaskOrder;
  readonly directory: string;
  readonly ipAddress = '127.0.0.1';
  readonly ended: Promise<TaskEnd>;
  /** Milliseconds of grace, for each time that it was told to end. */
  readonly kills: number[] = [];
  isAlive = true;
  #end: (end: TaskEnd) => void = () => {};
  #onHealth: (check: number, result: HealthResult) => void = () => {};
  #ready: () => void = () => {};
  readonly #isStubborn: () => boolean;

  constructor(order: TaskOrder, isStubborn: () => boolean) {
    this.order = order;
    this.directory = `/tasks/${order.taskId}`;
    this.#isStubborn = isStubborn;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  kill(graceMs: number): void {
    this.kills.push(graceMs);
    if (!this.#isStubborn()) this.die();
  }

  watchHealth(onResult: (check: number, result: HealthResult) => void): void {
    this.#onHealth = onResult;
  }

  untilReady(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ready = resolve;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  /** End as one that was told to. */
  die(): void {
    this.end({ state: 'TASK_KILLED', message: 'Command terminated with signal Terminated' });
  }

  fail(message = 'Command exited with status 1'): void {
    this.end({ state: 'TASK_FAILED', message });
  }

  finish(): void {
    this.end({ state: 'TASK_FINISHED', message: 'Command exited with status 0' });
  }

  end(end: TaskEnd): void {
    this.isAlive = false;
    this.#end(end);
  }

  /** What a check says; nothing where there is no such check. */
  isHealthy(alive: boolean, { check = 0, isFatal = false } = {}): void {
    if (this.order.app.healthChecks[check] === undefined) return;
    this.#onHealth(check, { alive, consecutiveFailures: alive ? 0 : 1, lastFailureCause: 'HTTP 500', isFatal });
  }

  isReady(): void {
    this.#ready();
  }
}

/** Launches tasks that exist only in memory, and is as unhelpful as it is told to be. */
export class FakeRunner implements TaskRunner {
  readonly host = '127.0.0.1';
  readonly tasks: FakeTask[] = [];
  readonly ports = new Set<number>();
  /** Why no task can be launched. */
  refusal: string | undefined;
  /** Why an application cannot run here at all. */
  inability: string | undefined;
  /** Whether tasks do not end when they are told to. */
  isStubborn = false;
  /** Launches hang until it resolves. */
  gate: Promise<void> = Promise.resolve();
  portCount = 1000;

  check(_app: App): void {
    if (this.inability !== undefined) throw new OchoError(this.inability, { code: 'INVALID_INPUT' });
  }

  reservePorts(app: App): readonly number[] {
    const count = app.portDefinitions?.length ?? 0;
    const free = Array.from({ length: this.portCount }, (_, index) => FIRST_PORT + index)
      .filter((port) => !this.ports.has(port))
      .slice(0, count);
    if (free.length < count) throw new OchoError('no port is left', { code: 'CONFLICT' });
    for (const port of free) this.ports.add(port);
    return free;
  }

  releasePorts(ports: readonly number[]): void {
    for (const port of ports) this.ports.delete(port);
  }

  async launch(order: TaskOrder): Promise<RunningTask> {
    await this.gate;
    if (this.refusal !== undefined) throw new OchoError(this.refusal, { code: 'UNREACHABLE' });
    const task = new FakeTask(order, () => this.isStubborn);
    this.tasks.push(task);
    return task;
  }

  async close(): Promise<void> {
    for (const task of this.alive()) task.die();
  }

  /** In the order in which they were launched. */
  alive(appId?: string): readonly FakeTask[] {
    return this.tasks.filter(({ isAlive, order }) => isAlive && (appId === undefined || order.app.id === appId));
  }
}
