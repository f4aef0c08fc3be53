import { withDeadline } from 'ochopod-core';

import type { Workplace } from './workplace.ts';

export interface Moment {
  /** On the clock of the workplace. */
  readonly until: number;
  /** What does not end in time, where that is told: `looking at web`. */
  readonly what: string;
}

/**
 * Do something before a moment, or at once where that is past.
 *
 * @throws {OchoError} `TIMEOUT` saying what did not end, `INTERRUPTED`
 */
export function before<T>(
  { clock, signal: parent }: Pick<Workplace, 'clock' | 'signal'>,
  { until, what }: Moment,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline({ clock, ms: Math.max(1, until - clock.now()), what, parent }, task);
}
