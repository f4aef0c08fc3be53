import type { Clock } from 'ochopod-core';
import { untilReady } from './health/readiness.ts';
import { watchHealth } from './health/watch-health.ts';
import type { RunningTask, TaskEnd, TaskOrder } from './task-runner.ts';
import type { Workload } from './workload.ts';

export interface SupervisionOptions {
  readonly order: TaskOrder;
  readonly directory: string;
  readonly workload: Workload;
  /** Where its ports are. */
  readonly host: string;
  readonly clock: Clock;
  readonly wallTime: () => number;
  /** Called when everything of it is gone, before `ended` tells. */
  readonly onEnd: () => Promise<void>;
}

/** A task from its start to its end. */
export function superviseTask(options: SupervisionOptions): RunningTask {
  const { order, directory, workload, clock, onEnd } = options;
  const over = new AbortController();
  const startedAt = clock.now();
  let wasKilled = false;

  const ended = workload.ended.then(async ({ succeeded, message }): Promise<TaskEnd> => {
    over.abort(ENDED);
    await onEnd().catch(() => {}); // whoever looks for orphans finds none by what is left of it
    if (wasKilled) return { state: 'TASK_KILLED', message };
    return { state: succeeded ? 'TASK_FINISHED' : 'TASK_FAILED', message };
  });
  const asking = { ...options, ...order, startedAt, inside: (command: string) => workload.inside(command) };

  return {
    directory,
    ipAddress: workload.ipAddress,
    ended,
    kill: (graceMs) => {
      wasKilled = true;
      workload.stop(graceMs);
    },
    watchHealth: (onResult) => watchHealth(asking, { onResult, signal: over.signal }),
    untilReady: (signal) => untilReady(asking, [signal, over.signal]),
  };
}

const ENDED = new Error('the task has ended');
