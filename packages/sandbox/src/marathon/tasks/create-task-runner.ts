import { randomInt, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { type Clock, OchoError } from 'ochopod-core';
import { startTicksOf } from 'ochopod-core/process';
import pLimit from 'p-limit';

import type { App } from '../app/app.ts';
import { reachableAt } from './addresses.ts';
import { ContainerEngine } from './containers/container-engine.ts';
import { EndedTasks } from './ended-tasks.ts';
import { canBind, listeningPorts, seenLately } from './free-ports.ts';
import { HostPorts } from './host-ports.ts';
import { startLocalTask } from './local-task.ts';
import { superviseTask } from './supervise-task.ts';
import { type TaskRecord, TaskRecords } from './task-record.ts';
import type { RunningTask, TaskOrder, TaskRunner } from './task-runner.ts';
import { systemUsers, type Users, userFor } from './user.ts';
import { type WayToRun, wayToRun } from './way-to-run.ts';
import type { Workload } from './workload.ts';

export interface TaskRunnerOptions {
  /** Where ports of tasks are checked and mapped to; tasks are told it as `HOST`, or an address of ours for all of them. */
  readonly host: string;
  /** Tasks have their sandboxes in `tasks`, what is kept of running ones is in `running`. */
  readonly directory: string;
  /** Host ports that tasks get, both included. */
  readonly ports: { readonly first: number; readonly last: number };
  /** `ochopod_zk` of tasks that do not set it. */
  readonly zk?: string;
  /** Glob of image references to the command that runs instead. */
  readonly images?: Readonly<Record<string, string>>;
  readonly containers: 'auto' | 'podman' | 'docker' | 'none';
  /** Of the scheduler's process: tasks get a little of it, engines for containers all. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  /** Told in one sentence what nobody else is. */
  readonly log?: (message: string) => void;
  /** Default: those of this machine. */
  readonly users?: Users;
}

/** Runs tasks in processes and containers of this machine. */
export async function createTaskRunner(options: TaskRunnerOptions): Promise<TaskRunner> {
  // Others may look into a directory of their own: tasks of other users than root's.
  await mkdir(join(options.directory, 'tasks'), { recursive: true, mode: 0o711 });
  return new MachineTaskRunner(options);
}

class MachineTaskRunner implements TaskRunner {
  readonly host: string;
  readonly #options: TaskRunnerOptions;
  readonly #ports: HostPorts;
  readonly #records: TaskRecords;
  readonly #engine: ContainerEngine;
  readonly #tasks = new Map<string, RunningTask>();
  readonly #ended = new EndedTasks();
  readonly #launching = new Set<Promise<unknown>>();
  /** A few processes are started at a time. */
  readonly #starting = pLimit(4);
  #isClosed = false;

  constructor(options: TaskRunnerOptions) {
    this.host = reachableAt(options.host);
    this.#options = options;
    this.#records = new TaskRecords(options.directory);
    this.#engine = new ContainerEngine({ log: () => {}, ...options, told: this.host, records: this.#records });
    this.#ports = new HostPorts({
      ...options.ports,
      random: randomInt(2 ** 32) / 2 ** 32,
      listening: listeningPorts,
      listeningLately: seenLately(listeningPorts, options.clock),
      canBind: (port) => canBind(options.host, port),
    });
  }

  check(app: App): void {
    if (app.id.length > LONGEST_ID) {
      throw new OchoError(`the id is too long for the names of its tasks' files: more than ${LONGEST_ID} characters`, {
        code: 'INVALID_INPUT',
      });
    }
    if (app.fetch.length > 0) {
      throw new OchoError(
        'nothing is fetched here: leave "fetch" and "uris" out, and let the command get what it needs',
        {
          code: 'INVALID_INPUT',
        },
      );
    }
    const way = this.#wayFor(app);
    if (way.kind === 'process') userFor(app.user, this.#options.users ?? systemUsers);
  }

  reservePorts(app: App): readonly number[] {
    return this.#ports.reserve(app);
  }

  releasePorts(ports: readonly number[]): void {
    this.#ports.release(ports);
  }

  async launch(order: TaskOrder): Promise<RunningTask> {
    const launching = this.#launch(order);
    this.#launching.add(launching);
    try {
      return await launching;
    } finally {
      this.#launching.delete(launching);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#launching);
    const tasks = [...this.#tasks.values()];
    for (const task of tasks) task.kill(CLOSING_GRACE_MS);
    await Promise.all(tasks.map(({ ended }) => ended));
  }

  async #launch(order: TaskOrder): Promise<RunningTask> {
    if (this.#isClosed) throw new OchoError('the scheduler is ending', { code: 'INTERRUPTED' });
    this.check(order.app);
    await this.#ports.verify(order.app, order.hostPorts);
    const directory = join(this.#options.directory, 'tasks', order.taskId);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const record = await this.#begin(order.taskId);
    const forget = async () => {
      this.#tasks.delete(order.taskId);
      await this.#records.remove(order.taskId);
      await this.#ended.add({ appId: order.app.id, directory });
    };
    const workload = await this.#start(order, { directory, record }).catch(async (error) => {
      await forget();
      throw error;
    });
    const { host } = this;
    const task = superviseTask({ ...this.#options, host, order, directory, workload, onEnd: forget });
    this.#tasks.set(order.taskId, task);
    return task;
  }

  async #begin(taskId: string): Promise<TaskRecord> {
    const startTicks = await startTicksOf(process.pid);
    const owner = startTicks === undefined ? undefined : { pid: process.pid, startTicks };
    const record = { taskId, mark: `OCHOPOD_SANDBOX_TASK=${randomUUID()}`, owner };
    await this.#records.write(record);
    return record;
  }

  async #start(order: TaskOrder, place: { directory: string; record: TaskRecord }): Promise<Workload> {
    let way = this.#wayFor(order.app);
    if (way.kind === 'container' && !(await this.#engine.works())) way = this.#wayFor(order.app);
    if (way.kind === 'container') return this.#engine.start({ ...place, order, image: way.image });
    const { command } = way;
    return this.#starting(async () => {
      await setImmediate(); // the system takes milliseconds for each, in which nothing else runs here
      return startLocalTask({
        ...this.#options,
        ...place,
        host: this.host,
        order,
        command,
        records: this.#records,
      });
    });
  }

  #wayFor(app: App): WayToRun {
    return wayToRun(app, { hasEngine: () => this.#engine.isUsable, images: this.#options.images ?? {} });
  }
}

/** Tasks are named by it, and files by tasks: 255 bytes are all that a file's name can have. */
const LONGEST_ID = 180;

/** For tasks that nobody asked to end before the scheduler itself is. */
const CLOSING_GRACE_MS = 3000;
