import { isoTime } from 'ochopod-core';

import type { HealthCheck } from '../../app/app.ts';
import type { HealthResult } from '../task-runner.ts';
import { type AskedTask, ask } from './ask.ts';
import { healthAfter, pauseBefore } from './health-after.ts';

/** A task whose health is watched. */
export interface WatchedTask extends AskedTask {
  /** By its clock. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
}

export interface HealthWatch {
  readonly onResult: (check: number, result: HealthResult) => void;
  readonly signal: AbortSignal;
}

/** Ask every health check of a task again and again, until the signal aborts. */
export function watchHealth(task: WatchedTask, { onResult, signal }: HealthWatch): void {
  for (const [index, check] of task.app.healthChecks.entries()) {
    watchOne(check, task, { onResult: (result) => onResult(index, result), signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

interface CheckWatch {
  readonly onResult: (result: HealthResult) => void;
  readonly signal: AbortSignal;
}

async function watchOne(check: HealthCheck, task: WatchedTask, { onResult, signal }: CheckWatch): Promise<never> {
  const { clock, startedAt, wallTime } = task;
  let before: HealthResult | undefined;
  for (let asked = 0; ; asked += 1) {
    await clock.sleep(pauseBefore(check, { before, asked, sinceStart: clock.now() - startedAt }), signal);
    const outcome = await ask(check, task, signal);
    signal.throwIfAborted();
    const moment = { at: isoTime(wallTime()), sinceStart: clock.now() - startedAt };
    const after = healthAfter(before, outcome, { check, moment });
    if (after !== undefined && after !== before) onResult(after);
    before = after;
  }
}
