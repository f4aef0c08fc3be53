import type { HealthResult, TaskEnd } from '../tasks/task-runner.ts';
import type { Agent } from './agent.ts';
import type { TaskFailure } from './engine.ts';
import type { Instance } from './instance.ts';

/** Of each application the task that failed last. */
export class Failures {
  readonly #agent: Agent;
  readonly #now: () => string;
  readonly #last = new Map<string, TaskFailure>();

  /** @param now the time, as ISO-8601 */
  constructor(agent: Agent, now: () => string) {
    this.#agent = agent;
    this.#now = now;
  }

  last(appId: string): TaskFailure | undefined {
    return this.#last.get(appId);
  }

  ended(instance: Instance, { state, message }: TaskEnd): void {
    if (state === 'TASK_FAILED') this.#note(instance, { state, message });
  }

  unhealthy(instance: Instance, { lastFailureCause = '' }: HealthResult): void {
    const message = `Task was killed since health check failed. Reason: ${lastFailureCause}`;
    this.#note(instance, { state: 'TASK_KILLED', message });
  }

  forget(appId: string): void {
    this.#last.delete(appId);
  }

  #note({ app, taskId }: Instance, what: TaskEnd): void {
    this.#last.set(app.id, {
      ...this.#agent,
      ...what,
      appId: app.id,
      taskId,
      timestamp: this.#now(),
      version: app.version,
    });
  }
}
