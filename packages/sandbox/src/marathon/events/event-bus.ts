/** What happens, as Marathon tells it: https://mesosphere.github.io/marathon/docs/event-bus.html */
export interface MarathonEvent {
  readonly eventType: string;
  /** ISO-8601. */
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

/** Whoever wants to know. */
export type EventListener = (event: MarathonEvent) => void;

/** Where events are told; delivered at once, in the order of their telling. */
export class EventBus {
  readonly #now: () => string;
  readonly #listeners = new Set<EventListener>();

  /** @param now the time, as ISO-8601 */
  constructor(now: () => string) {
    this.#now = now;
  }

  tell(eventType: string, fields: Readonly<Record<string, unknown>>): void {
    const event = { ...fields, eventType, timestamp: this.#now() };
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns ends the listening */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
