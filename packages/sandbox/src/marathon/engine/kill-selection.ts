import type { KillSelection } from '../app/app.ts';
import type { Condition } from './instance.ts';
import type { Standing } from './standing.ts';

/** Those that are missed least go first. */
const WEIGHT: Partial<Record<Condition, number>> = { Scheduled: 0, Provisioned: 1, Staging: 2, Starting: 3 };
const RUNNING_WEIGHT = 4;

/**
 * Which instances are given up first when there are too many.
 *
 * @param standings in the order in which they came, which decides between those of the same age
 */
export function inOrderOfKilling(standings: readonly Standing[], selection: KillSelection): readonly Standing[] {
  const isOldestFirst = selection === 'OLDEST_FIRST';
  const byAge = isOldestFirst ? 1 : -1;
  return (isOldestFirst ? [...standings] : standings.toReversed()).sort(
    (one, other) => weightOf(one) - weightOf(other) || byAge * compare(sinceOf(one), sinceOf(other)),
  );
}

function weightOf({ instance }: Standing): number {
  return WEIGHT[instance.condition] ?? RUNNING_WEIGHT;
}

function sinceOf({ instance }: Standing): string {
  return instance.startedAt ?? instance.stagedAt ?? '';
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
