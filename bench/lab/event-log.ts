/** Something that happened to a pod, on the clock of `now()`. */
export interface PodEvent {
  readonly event: 'listening' | 'registered' | 'running' | 'leading' | 'configure' | 'configured' | 'loop';
  readonly at: number;
  /** How many pods the configuration was for. */
  readonly size?: number;
  /** What the pod saw of its dependency. */
  readonly seen?: string;
  readonly pid?: number;
  /** For how long its event loop did nothing else at the longest, since the event before. */
  readonly stalledMs?: number;
  /** CPU time of the agent so far. */
  readonly cpuMs?: number;
}

/** What happened so far, and what is waited for. */
export class EventLog {
  readonly all: PodEvent[] = [];
  readonly #waiting = new Set<() => void>();

  push(event: PodEvent): void {
    this.all.push(event);
    for (const look of this.#waiting) look();
  }

  /**
   * The first event that is meant, past or to come.
   *
   * @throws when it does not come within `withinMs`
   */
  until(meant: (event: PodEvent) => boolean, withinMs = 60_000): Promise<PodEvent> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.all.find(meant);
        if (found === undefined) return;
        clearTimeout(tooLate);
        this.#waiting.delete(look);
        resolve(found);
      };
      const tooLate = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`not seen within ${withinMs} ms: ${meant}; seen: ${JSON.stringify(this.all.slice(-5))}`));
      }, withinMs);
      this.#waiting.add(look);
      look();
    });
  }
}
