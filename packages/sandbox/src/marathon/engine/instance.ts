import type { App } from '../app/app.ts';
import type { HealthResult } from '../tasks/task-runner.ts';

/** One place of an application: it is filled by one task after the other, until it is not wanted any more. */
export interface Instance {
  /** `<app>.instance-<uuid1>`, of which the task's id is made. */
  readonly id: string;
  /** The definition that its task was launched with. */
  readonly app: App;
  /** How many tasks it has had, from 1. */
  readonly incarnation: number;
  /** `<instance id>._app.<incarnation>` */
  readonly taskId: string;
  readonly condition: Condition;
  readonly hostPorts: readonly number[];
  /** ISO-8601. Nothing until a task is launched. */
  readonly stagedAt: string | undefined;
  readonly startedAt: string | undefined;
  /** One for each health check of the definition that was answered so far. */
  readonly health: readonly HealthResult[];
  /** Nothing when its definition has no readiness checks. */
  readonly isReady: boolean | undefined;
  /** Where its task's files are: `stdout`, `stderr` and whatever it writes. */
  readonly directory: string | undefined;
  /** Where its task is reached: this machine, or its container. */
  readonly ipAddress?: string | undefined;
}

/** As in `instance_changed_event`. */
export type Condition =
  | 'Scheduled'
  | 'Provisioned'
  | 'Staging'
  | 'Starting'
  | 'Running'
  | 'Killing'
  | 'Killed'
  | 'Failed'
  | 'Finished';
