import type { App } from '../app/app.ts';
import type { HealthResult, RunningTask } from '../tasks/task-runner.ts';
import type { Instance } from './instance.ts';
import type { Standing } from './standing.ts';
import { taskIdOf } from './task-ids.ts';

/** What is kept of an instance. */
export interface Place extends Standing {
  instance: Instance;
  isLeaving: boolean;
  since: string;
  /** Its task, once it was started. */
  task: RunningTask | undefined;
  /** What its health checks said last, by their place in the definition. */
  checks: Map<number, HealthResult>;
  /** Ends what is asked of its task, such as its readiness. */
  asking: AbortController;
}

/** An instance that waits for its first task. */
export function newPlace(id: string, app: App, since: string): Place {
  const instance = idle(id, app, 1);
  return { instance, isLeaving: false, since, task: undefined, checks: new Map(), asking: new AbortController() };
}

/** The same instance, waiting for its next task. */
export function idleAgain({ id, app, incarnation }: Instance): Instance {
  return idle(id, app, incarnation + 1);
}

function idle(id: string, app: App, incarnation: number): Instance {
  return {
    id,
    app,
    incarnation,
    taskId: taskIdOf(id, incarnation),
    condition: 'Scheduled',
    hostPorts: [],
    stagedAt: undefined,
    startedAt: undefined,
    health: [],
    isReady: undefined,
    directory: undefined,
    ipAddress: undefined,
  };
}
