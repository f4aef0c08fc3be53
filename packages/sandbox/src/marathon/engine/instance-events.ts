import type { EventBus } from '../events/event-bus.ts';
import type { HealthResult } from '../tasks/task-runner.ts';
import type { Agent } from './agent.ts';
import type { Instance } from './instance.ts';
import { isHealthy } from './standing.ts';
import { TASK_STATES } from './task-state.ts';

/** What a health check said, of an instance as it was before. */
interface HealthChange {
  readonly instance: Instance;
  readonly wasAlive: boolean | undefined;
  /** Its place in the definition. */
  readonly check: number;
  readonly result: HealthResult;
}

/** Tells of instances in Marathon's words. */
export class InstanceEvents {
  readonly #bus: EventBus;
  readonly #agent: Agent;

  constructor(bus: EventBus, agent: Agent) {
    this.#bus = bus;
    this.#agent = agent;
  }

  /** It is in another condition. */
  changed(instance: Instance, message = ''): void {
    const { slaveId, host } = this.#agent;
    const taskStatus = TASK_STATES[instance.condition];
    if (taskStatus !== undefined) this.#statusUpdate(instance, { taskStatus, message });
    this.#bus.tell('instance_changed_event', {
      instanceId: instance.id,
      condition: instance.condition,
      runSpecId: instance.app.id,
      agentId: slaveId,
      host,
      runSpecVersion: instance.app.version,
    });
  }

  #statusUpdate(instance: Instance, status: { readonly taskStatus: string; readonly message: string }): void {
    const { ipAddress } = instance;
    this.#bus.tell('status_update_event', {
      ...this.#agent,
      ...status,
      taskId: instance.taskId,
      appId: instance.app.id,
      ipAddresses: ipAddress === undefined ? [] : [{ ipAddress, protocol: 'IPv4' }],
      ports: instance.hostPorts,
      version: instance.app.version,
    });
  }

  /** One of its health checks was answered. */
  checked({ instance: before, wasAlive, check, result }: HealthChange, after: Instance): void {
    const about = { appId: after.app.id, instanceId: after.id, version: after.app.version };
    if (!result.alive) {
      this.#bus.tell('failed_health_check_event', { ...about, healthCheck: after.app.healthChecks[check] });
    }
    if (result.alive !== wasAlive) {
      this.#bus.tell('health_status_changed_event', { ...about, alive: result.alive });
    }
    this.#healthChanged(before, after);
  }

  #healthChanged(before: Instance, after: Instance): void {
    const healthy = isHealthy(after);
    if (before.health.length > 0 && isHealthy(before) === healthy) return;
    this.#bus.tell('instance_health_changed_event', {
      instanceId: after.id,
      runSpecId: after.app.id,
      healthy,
      runSpecVersion: after.app.version,
    });
  }

  /** Its health checks failed too often. */
  unhealthy({ id, taskId, app }: Instance, { lastFailureCause }: HealthResult): void {
    this.#bus.tell('unhealthy_instance_kill_event', {
      ...this.#agent,
      appId: app.id,
      taskId,
      instanceId: id,
      version: app.version,
      reason: lastFailureCause ?? '',
    });
  }
}
