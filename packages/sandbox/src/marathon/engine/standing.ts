import type { App } from '../app/app.ts';
import type { Instance } from './instance.ts';

/** What decisions look at: an instance, and whether it is to vanish once its task is gone. */
export interface Standing {
  readonly instance: Instance;
  readonly isLeaving: boolean;
  /** ISO-8601: when it came into its condition. */
  readonly since: string;
}

/** Whether a task has it, or had it until a moment ago. */
export function hasTask({ instance }: Standing): boolean {
  return instance.condition !== 'Scheduled';
}

/** Whether it goes on as it is: neither on its way out nor being killed to come back. */
export function isStaying({ instance, isLeaving }: Standing): boolean {
  return !isLeaving && instance.condition !== 'Killing';
}

/** Whether its task does its job: it runs, every health check says so, and the readiness check, where it has some. */
export function isUp(standing: Standing): boolean {
  const { condition, app, isReady } = standing.instance;
  if (!isStaying(standing) || condition !== 'Running') return false;
  return isHealthy(standing.instance) && (app.readinessChecks.length === 0 || isReady === true);
}

/** Whether each of its health checks has said so; without any it is healthy. */
export function isHealthy({ app, health }: Instance): boolean {
  return health.length === app.healthChecks.length && health.every(({ alive }) => alive);
}

/** Whether its task was launched with the configuration of `app`, perhaps with another number of instances. */
export function isCurrent({ instance }: Standing, app: App): boolean {
  return instance.app.versionInfo.lastConfigChangeAt === app.versionInfo.lastConfigChangeAt;
}
