import type { EventBus, MarathonEvent } from '../../src/marathon/index.ts';

const GONE = ['Scheduled', 'Killed', 'Failed', 'Finished'];

/** Counts the tasks of an application, from nothing but what is told. */
export class HeadCount {
  readonly #alive = new Set<unknown>();
  readonly #healthy = new Set<unknown>();
  #fewestHealthy = Number.POSITIVE_INFINITY;
  #most = 0;

  constructor(events: EventBus) {
    events.listen((event) => this.#count(event));
  }

  get healthy(): number {
    return this.#healthy.size;
  }

  get extremes() {
    return { fewestHealthy: this.#fewestHealthy, most: this.#most };
  }

  startOver(): void {
    this.#fewestHealthy = Number.POSITIVE_INFINITY;
    this.#most = 0;
  }

  #count({ eventType, instanceId, condition, healthy }: MarathonEvent): void {
    if (eventType === 'instance_changed_event') {
      if (GONE.includes(String(condition))) this.#alive.delete(instanceId);
      else this.#alive.add(instanceId);
      if (condition !== 'Running') this.#healthy.delete(instanceId);
    }
    if (eventType === 'instance_health_changed_event') {
      if (healthy === true) this.#healthy.add(instanceId);
      else this.#healthy.delete(instanceId);
    }
    this.#fewestHealthy = Math.min(this.#fewestHealthy, this.#healthy.size);
    this.#most = Math.max(this.#most, this.#alive.size);
  }
}
