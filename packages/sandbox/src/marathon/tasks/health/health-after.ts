import type { HealthCheck } from '../../app/app.ts';
import type { HealthResult } from '../task-runner.ts';

/** What a check found; `ignored` is as if it had not been asked. */
export type CheckOutcome =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unhealthy'; readonly cause: string };

/** When it was found. */
export interface Moment {
  /** ISO-8601. */
  readonly at: string;
  /** Milliseconds since the task started. */
  readonly sinceStart: number;
}

/**
 * How a health check stands after it was asked once more. Failures before the first success count only after the grace
 * period.
 *
 * @returns `before` itself when nothing was learned
 */
export function healthAfter<Before extends HealthResult | undefined>(
  before: Before,
  outcome: CheckOutcome,
  { check, moment }: { readonly check: HealthCheck; readonly moment: Moment },
): HealthResult | Before {
  if (outcome.kind === 'ignored') return before;
  if (outcome.kind === 'healthy') return succeeded(before, moment);
  if (before?.firstSuccess === undefined && isInGrace(check, moment)) return before;
  const consecutiveFailures = (before?.consecutiveFailures ?? 0) + 1;
  const { maxConsecutiveFailures } = check;
  return {
    ...before,
    alive: false,
    consecutiveFailures,
    lastFailure: moment.at,
    lastFailureCause: outcome.cause,
    isFatal: maxConsecutiveFailures > 0 && consecutiveFailures >= maxConsecutiveFailures,
  };
}

function succeeded(before: HealthResult | undefined, { at }: Moment): HealthResult {
  return {
    ...before,
    alive: true,
    consecutiveFailures: 0,
    firstSuccess: before?.firstSuccess ?? at,
    lastSuccess: at,
    isFatal: false,
  };
}

function isInGrace({ gracePeriodSeconds }: HealthCheck, { sinceStart }: Pick<Moment, 'sinceStart'>): boolean {
  return sinceStart < gracePeriodSeconds * 1000;
}

/**
 * How long to wait between questions while failures do not count: long intervals would make a quick start look slow.
 *
 * @param asked how often it was asked so far
 */
export function eagerPauseMs(intervalSeconds: number, asked: number): number {
  return Math.min(intervalSeconds * 1000, 100 * 1.5 ** Math.min(asked, 50));
}

/**
 * How long to wait before a check is asked again.
 *
 * @param asked how often it was asked so far
 * @param sinceStart milliseconds
 */
export function pauseBefore(
  check: HealthCheck,
  { before, asked, sinceStart }: { before: HealthResult | undefined; asked: number; sinceStart: number },
): number {
  const interval = check.intervalSeconds * 1000;
  const delay = asked === 0 && isMesosCheck(check) ? check.delaySeconds * 1000 : 0;
  if (before !== undefined || !isInGrace(check, { sinceStart })) return Math.max(delay, interval);
  return Math.max(delay, eagerPauseMs(check.intervalSeconds, asked));
}

/** Those that Mesos carries out next to the task; Marathon carries out the others, and knows no delay. */
function isMesosCheck({ protocol }: Pick<HealthCheck, 'protocol'>): boolean {
  return protocol === 'COMMAND' || protocol.startsWith('MESOS_');
}
