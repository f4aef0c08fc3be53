export type {
  Application,
  ApplicationCopy,
  ApplicationSpec,
  ApplicationVersion,
  HealthSpec,
  PortSpec,
  Resources,
  Task,
  TaskFailure,
  UpgradeSpec,
} from './application.ts';
export { isOwnLabel } from './application.ts';
export { definitionOf } from './marathon/definitions.ts';
export type { Credentials } from './marathon/marathon-http.ts';
export type { MarathonOptions } from './marathon/marathon-scheduler.ts';
export { MarathonScheduler } from './marathon/marathon-scheduler.ts';
export { parseMasters } from './marathon/masters.ts';
export type { Change, ChangeOptions, PastVersion, Scheduler, SchedulerReader } from './scheduler.ts';
