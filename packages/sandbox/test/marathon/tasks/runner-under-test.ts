import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from 'ochopod-core';
import { vi } from 'vitest';

import type { App } from '../../../src/marathon/app/app.ts';
import { createTaskRunner, type TaskRunnerOptions } from '../../../src/marathon/tasks/create-task-runner.ts';
import type { RunningTask, TaskRunner } from '../../../src/marathon/tasks/task-runner.ts';

/** A runner on this very machine, in a directory of its own that is gone at the end. */
export class RunnerUnderTest {
  readonly directory: string;
  readonly runner: TaskRunner;
  #launched = 0;

  private constructor(directory: string, runner: TaskRunner) {
    this.directory = directory;
    this.runner = runner;
  }

  static async create(given: Partial<TaskRunnerOptions> = {}): Promise<RunnerUnderTest> {
    const directory = await mkdtemp(join(tmpdir(), 'ochopod-tasks-'));
    const runner = await createTaskRunner({
      host: '127.0.0.1',
      directory,
      ports: { first: 27_000, last: 27_999 },
      containers: 'none',
      env: process.env,
      clock: systemClock,
      wallTime: () => 0,
      ...given,
    });
    return new RunnerUnderTest(directory, runner);
  }

  async launch(app: App): Promise<RunningTask> {
    this.#launched += 1;
    const hostPorts = this.runner.reservePorts(app);
    return this.runner.launch({ taskId: `demo_web.instance-${this.#launched}._app.1`, app, hostPorts });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.close();
    await rm(this.directory, { recursive: true });
  }
}

export function stdoutOf({ directory }: RunningTask): Promise<string> {
  return readFile(join(directory, 'stdout'), 'utf8');
}

/** Wait until a task has said something. */
export function says(task: RunningTask, what: string | RegExp): Promise<string> {
  return vi.waitFor(
    async () => {
      const said = await stdoutOf(task);
      if (said.search(what) === -1) throw new Error(`it says only ${JSON.stringify(said.slice(0, 1000))}`);
      return said;
    },
    { timeout: 20_000 },
  );
}

/** Whether a process is there; one that was not reaped yet is not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/^[ZX] /.test(stat.slice(stat.lastIndexOf(')') + 2));
}
