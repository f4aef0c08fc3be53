import { type Clock, messageOf, withDeadline } from 'ochopod-core';

export interface TeardownOptions {
  readonly clock: Clock;
  /** How long one step may take before the next one begins. */
  readonly stepMs: number;
  /** Told what did not end as it should. */
  readonly onProblem: (problem: string) => void;
}

/** What is to be undone, the last first; each step is tried whatever became of those before. */
export class Teardown {
  readonly #options: TeardownOptions;
  readonly #steps: Step[] = [];
  #running: Promise<void> | undefined;

  constructor(options: TeardownOptions) {
    this.#options = options;
  }

  /** @param what the step, for the report of a problem: `the scheduler` */
  later(what: string, undo: () => Promise<void>): void {
    this.#steps.push({ what, undo });
  }

  /** Bounded in time and never rejects; however often it is called, it runs once. */
  run(): Promise<void> {
    this.#running ??= this.#undoAll();
    return this.#running;
  }

  async #undoAll(): Promise<void> {
    for (const step of this.#steps.toReversed()) await this.#undo(step);
  }

  async #undo({ what, undo }: Step): Promise<void> {
    const { clock, stepMs, onProblem } = this.#options;
    try {
      const never = new AbortController().signal;
      await withDeadline({ clock, ms: stepMs, what: `ending ${what}`, parent: never }, undo);
    } catch (error) {
      onProblem(`${what}: ${messageOf(error)}`);
    }
  }
}

interface Step {
  readonly what: string;
  readonly undo: () => Promise<void>;
}
