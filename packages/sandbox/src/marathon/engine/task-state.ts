import type { Condition } from './instance.ts';

/** What Mesos calls a task in each condition; nothing while it is not on any machine yet. */
export const TASK_STATES: Readonly<Record<Condition, string | undefined>> = {
  Scheduled: undefined,
  Provisioned: undefined,
  Staging: 'TASK_STAGING',
  Starting: 'TASK_STARTING',
  Running: 'TASK_RUNNING',
  Killing: 'TASK_KILLING',
  Killed: 'TASK_KILLED',
  Failed: 'TASK_FAILED',
  Finished: 'TASK_FINISHED',
};
