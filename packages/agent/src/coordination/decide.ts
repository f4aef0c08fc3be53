import { inWords } from 'ochopod-core';

import { describeFailures, type Setback } from './setbacks.ts';

/** What the leader knows when it decides. Times are milliseconds of its clock. */
export interface Situation {
  readonly now: number;
  /** How many pods are to be configured: alive and not set aside. */
  readonly size: number;
  /** Digest of what would be configured now, and of what was configured last (empty: nothing that still holds). */
  readonly digest: string;
  readonly recorded: string;
  /** Whether `snapshot` in ZooKeeper holds what would be configured now. */
  readonly snapshotCurrent: boolean;
  /** Since when `digest` is not what is recorded. */
  readonly changedAt: number;
  readonly damperMs: number;
  /** Clusters that we depend on, that have pods, and that no configuration is known of. */
  readonly awaited: readonly string[];
  /** The last try failed with this same digest: not again before `at`. */
  readonly retry: { readonly at: number; readonly because: string } | undefined;
  /** Pods that the others go on without, and those of them that are due to be asked again. */
  readonly aside: readonly Setback[];
  readonly due: readonly Setback[];
  /** Clusters that ours depends on and that depend on ours: none of them waits for another. */
  readonly circle: readonly string[];
  /** Who is registered and cannot take part: unreadable, or without room in the record. In words for an operator. */
  readonly leftOut: readonly string[];
}

/**
 * - `rest`: nothing to do until something changes, or until `at`
 * - `wait`: a configuration is pending, until something changes or until `at`
 * - `recheck`: ask those that were set aside whether they can be configured now
 * - `record`: what runs is right, only `snapshot` must be written again
 * - `configure`: take every pod through a configuration
 */
type Action = 'rest' | 'wait' | 'recheck' | 'record' | 'configure';

export interface Decision {
  readonly action: Action;
  /** One English sentence for the log, for `status` and for tests. */
  readonly because: string;
  /** Whether an operator should know: something is to be done, or somebody waited for. */
  readonly pending: boolean;
  /** When to decide again even if nothing changes. */
  readonly at?: number;
  /** What an operator should know beside that, for as long as it is so. */
  readonly note?: string;
}

/** Decide what the leader does next. */
export function decide(situation: Situation): Decision {
  const { circle } = situation;
  const decision = next(situation);
  if (circle.length === 0) return decision;
  return { ...decision, note: `depends in a circle on ${named(circle, ', ')}: none waits for the other` };
}

function next(situation: Situation): Decision {
  const { due, size, digest, recorded } = situation;
  if (due.length > 0) return pending('recheck', `asking again: ${describeFailures(due)}`);
  if (size === 0) return rest(situation, 'no pod can be configured');
  return digest === recorded ? settled(situation) : changed(situation);
}

function settled(situation: Situation): Decision {
  const as = `${pods(situation.size)} configured`;
  if (!situation.snapshotCurrent) return pending('record', `${as}, as before`);
  return rest(situation, as);
}

function rest({ aside, leftOut }: Situation, as: string): Decision {
  if (aside.length + leftOut.length === 0) return { action: 'rest', because: as, pending: false };
  const waited = [describeFailures(aside), ...leftOut].filter((each) => each !== '');
  const at = Math.min(...aside.map(({ asideUntilMs = Number.POSITIVE_INFINITY }) => asideUntilMs));
  return pending('rest', `${as}, waiting for ${named(waited, '; ')}`, at);
}

function changed({ now, size, awaited, damperMs, changedAt, retry, recorded }: Situation): Decision {
  if (awaited.length > 0) return pending('wait', `waiting for ${awaited.join(', ')}, which is not configured yet`);
  const settledAt = changedAt + damperMs;
  if (settledAt > now) return pending('wait', `waiting ${inWords(damperMs)} for the cluster to settle`, settledAt);
  if (retry !== undefined && retry.at > now) return pending('wait', `trying again: ${retry.because}`, retry.at);
  const why = recorded === '' ? 'not configured yet' : 'the cluster or a dependency changed';
  return pending('configure', `${pods(size)} to configure: ${why}`);
}

function pending(action: Action, because: string, at = Number.POSITIVE_INFINITY): Decision {
  return { action, because, pending: true, ...(Number.isFinite(at) && { at }) };
}

/** However many there are, a status is one line. */
const MOST_NAMED = 5;

function named(all: readonly string[], between: string): string {
  const more = all.length - MOST_NAMED;
  return [...all.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(between);
}

const pods = (count: number): string => (count === 1 ? '1 pod' : `${count} pods`);
