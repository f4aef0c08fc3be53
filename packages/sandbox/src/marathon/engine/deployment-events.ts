import type { EventBus } from '../events/event-bus.ts';
import type { DeploymentStep } from './deployment.ts';

/** What a deployment is to do, as events show it (Marathon's `light` form). */
export interface Plan {
  readonly id: string;
  readonly version: string;
  readonly steps: readonly DeploymentStep[];
}

/** Tells of deployments in Marathon's words. */
export class DeploymentEvents {
  readonly #bus: EventBus;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  stepBegun(plan: Plan, currentStep: DeploymentStep): void {
    this.#bus.tell('deployment_info', { plan: lightPlan(plan), currentStep });
  }

  stepDone(plan: Plan, currentStep: DeploymentStep): void {
    this.#bus.tell('deployment_step_success', { plan: lightPlan(plan), currentStep });
  }

  stepFailed(plan: Plan, currentStep: DeploymentStep): void {
    this.#bus.tell('deployment_step_failure', { plan: lightPlan(plan), currentStep });
  }

  succeeded(plan: Plan): void {
    this.#bus.tell('deployment_success', { id: plan.id, plan: lightPlan(plan) });
  }

  failed(plan: Plan, reason: string): void {
    this.#bus.tell('deployment_failed', { id: plan.id, plan: lightPlan(plan), reason });
  }

  /** Applications are what a request made of them; Marathon tells the group that each is in. */
  changed(appIds: readonly string[], version: string): void {
    const groups = new Set(appIds.map((id) => id.slice(0, id.lastIndexOf('/')) || '/'));
    for (const groupId of groups) this.#bus.tell('group_change_success', { groupId, version });
  }

  terminated(appId: string): void {
    this.#bus.tell('app_terminated_event', { appId });
  }
}

function lightPlan({ id, version, steps }: Plan): Plan {
  return { id, version, steps };
}
