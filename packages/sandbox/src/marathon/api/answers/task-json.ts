import { servicePortsOf } from '../../app/service-ports.ts';
import type { Agent } from '../../engine/agent.ts';
import type { Condition, Instance } from '../../engine/instance.ts';
import { TASK_STATES } from '../../engine/task-state.ts';

const ENDED: readonly Condition[] = ['Killed', 'Failed', 'Finished'];

/** Whether it has a task that clients see. */
export function isListed({ condition }: Instance): boolean {
  return TASK_STATES[condition] !== undefined;
}

/** A task with the ports by which the world knows it. */
export function taskJson(instance: Instance, { host, slaveId }: Agent) {
  const { app, condition, taskId, id, health } = instance;
  const healthCheckResults = health.filter(Boolean).map(({ isFatal: _isFatal, ...result }) => ({
    ...result,
    instanceId: id,
  }));
  return {
    appId: app.id,
    id: taskId,
    host,
    ipAddresses: [{ ipAddress: instance.ipAddress ?? host, protocol: 'IPv4' }],
    servicePorts: servicePortsOf(app),
    slaveId,
    state: TASK_STATES[condition],
    ...(!ENDED.includes(condition) && launchOf(instance)),
    localVolumes: [],
    healthCheckResults,
    role: app.role ?? '*',
  };
}

/** What a task that has ended does not say any more. */
function launchOf({ app, hostPorts, stagedAt, startedAt }: Instance) {
  return { ports: hostPorts, stagedAt, ...(startedAt !== undefined && { startedAt }), version: app.version };
}
