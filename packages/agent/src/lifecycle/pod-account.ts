import {
  type Clock,
  type FailingProcess,
  isoTime,
  LAST_LINE_LENGTH,
  LAST_LINES,
  type LastEnd,
  maskText,
  type PodDeath,
  type ProcessCause,
  type ProcessFacts,
} from 'ochopod-core';

import { type FailuresInARow, isLoop } from './failures.ts';
import type { PodEvent, PodState } from './pod-lifecycle.ts';
import type { ProcessEnd } from './process-end.ts';
import type { Supervisor } from './supervisor.ts';

/** What brought a pod into its state. */
export interface Occasion {
  readonly event: PodEvent;
  /** Who asked for it, when somebody did. */
  readonly by?: ProcessCause | undefined;
  /** What happened, in words, when something did. */
  readonly why?: string | undefined;
}

export interface PodAccountOptions {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
}

/** Remembers since when the pod is at what it is at, by whom and why, and tells it. */
export class PodAccount {
  readonly #options: PodAccountOptions;
  #since: number;
  #by: ProcessCause = 'agent';
  #occasion: Occasion | undefined;
  #lastFailure = '';
  #death: PodDeath | undefined;

  constructor(options: PodAccountOptions) {
    this.#options = options;
    this.#since = options.clock.now();
  }

  /** The process begins to end. */
  began(occasion: Occasion): void {
    this.#since = this.#options.clock.now();
    this.#by = causeOf(occasion);
  }

  entered(state: PodState, occasion: Occasion): void {
    this.began(occasion);
    this.#occasion = occasion;
    if (state === 'restarting') this.#lastFailure = occasion.why ?? '';
    if (state === 'dead') this.#death = { ...deathBy(occasion), at: this.#timeOf(this.#since) };
  }

  facts(state: PodState, supervisor: Pick<Supervisor, 'failures' | 'lastEnd' | 'restarts'>): ProcessFacts {
    const { lastEnd, restarts } = supervisor;
    const inARow = isUp(state) ? supervisor.failures.inARow(state === 'running') : undefined;
    const trouble = this.#trouble(inARow);
    return {
      ...{ since: this.#timeOf(this.#since), by: this.#by, restarts },
      ...(trouble !== undefined && { trouble }),
      ...(inARow !== undefined && { failing: this.#failing(inARow) }),
      ...(lastEnd !== undefined && { lastEnd: this.#lastEnd(lastEnd) }),
      ...(this.#death !== undefined && { died: this.#death }),
    };
  }

  #trouble(inARow: FailuresInARow | undefined): string | undefined {
    if (isLoop(inARow)) {
      const { count, since } = inARow;
      return `crash loop: ${count} failures in a row since ${this.#timeOf(since)}, the last: ${this.#lastFailure}`;
    }
    const { event, why = '' } = this.#occasion ?? {};
    return event === undefined ? undefined : TROUBLES[event]?.(why);
  }

  #failing(inARow: FailuresInARow): FailingProcess {
    return { count: inARow.count, since: this.#timeOf(inARow.since), loop: isLoop(inARow) };
  }

  #lastEnd({ how, why, at, exit, lastLines }: ProcessEnd): LastEnd {
    return {
      ...{ how, why: cut(why), at: this.#timeOf(at) },
      ...(typeof exit?.code === 'number' && { code: exit.code }),
      ...(typeof exit?.signal === 'string' && { signal: exit.signal }),
      stdout: lastOf(lastLines.stdout),
      stderr: lastOf(lastLines.stderr),
    };
  }

  #timeOf(at: number): string {
    const { clock, wallTime } = this.#options;
    return isoTime(wallTime() - (clock.now() - at));
  }
}

const isUp = (state: PodState): boolean => state === 'running' || state === 'restarting';

/** What keeps the pod from its part. Nobody is told that it was turned off: who did so knows. */
const TROUBLES: Readonly<Partial<Record<PodEvent, (why: string) => string>>> = {
  crashed: (why) => `the process crashed and waits for its next start: ${why}`,
  unhealthy: (why) => `the process failed its sanity checks and waits for its next start: ${why}`,
  checksExhausted: (why) => `the process was turned off after its sanity checks failed: ${why}`,
  startFailed: (why) => why,
};

const CAUSES: Readonly<Record<PodEvent, ProcessCause>> = {
  start: 'leader',
  prepare: 'leader',
  off: 'operator',
  kill: 'operator',
  exitedCleanly: 'process',
  crashed: 'process',
  restartDue: 'agent',
  unhealthy: 'checks',
  checksExhausted: 'checks',
  startFailed: 'configuration',
  gaveUp: 'configuration',
};

const causeOf = ({ event, by }: Occasion): ProcessCause => by ?? CAUSES[event];

function deathBy(occasion: Occasion): Pick<PodDeath, 'how' | 'why'> {
  const { event, why = '' } = occasion;
  if (event === 'exitedCleanly') return { how: 'done', why: cut(why) };
  if (event === 'gaveUp') return { how: 'gave up', why: cut(why) };
  return { how: 'killed', why: `shut down by the ${causeOf(occasion)}` };
}

/** Everybody may see them who may see the log. */
function lastOf(lines: readonly string[]): string[] {
  return lines.slice(-LAST_LINES).map((line) => cut(maskText(line)));
}

/** Errors quote whole outputs; this is shown in tables. */
function cut(text: string): string {
  return text.length > LAST_LINE_LENGTH ? `${text.slice(0, LAST_LINE_LENGTH - 1)}…` : text;
}
