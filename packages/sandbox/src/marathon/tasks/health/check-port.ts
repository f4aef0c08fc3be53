import type { App, HealthCheck } from '../../app/app.ts';
import { portRequests } from '../port-requests.ts';

export interface CheckedTask {
  readonly app: App;
  readonly hostPorts: readonly number[];
}

/**
 * The host's port that a check goes to. A number that the task's ports are called by inside means the host's port that
 * it is mapped to.
 *
 * @returns nothing when the task has no such port
 */
export function checkPort(
  { port, portIndex }: Pick<HealthCheck, 'port' | 'portIndex'>,
  { app, hostPorts }: CheckedTask,
): number | undefined {
  if (port === undefined) return hostPorts[portIndex ?? 0];
  const mapped = portRequests(app).findIndex((request) => request.port === port);
  return mapped === -1 ? port : hostPorts[mapped];
}

/** The host's port of that name. */
export function namedPort(name: string, { app, hostPorts }: CheckedTask): number | undefined {
  const index = portRequests(app).findIndex((request) => request.name === name);
  return index === -1 ? undefined : hostPorts[index];
}
