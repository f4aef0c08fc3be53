import type { FailedTarget } from '../tally.ts';
import type { LatePod } from './await-pods.ts';

/** Pods that are not up, by name, as reports show them. */
export type Troubles = Readonly<Record<string, Trouble>>;

interface Trouble {
  readonly why: string;
  /** The end of its agent's log. */
  readonly log: readonly string[];
}

export function troubles(late: readonly LatePod[]): Troubles {
  return Object.fromEntries(late.map(({ name, why, lastLines: log }) => [name, { why, log }]));
}

/** Say in one failure that not all of the pods that were awaited came up, naming each. */
export function notUp(target: string, outcome: 'timeout' | 'failed', late: readonly LatePod[]): FailedTarget {
  const each = late.map(({ name, why }) => `${name} ${why}`).join('; ');
  const message = `${target}: ${each === '' ? 'not all of its pods came up' : each}`;
  return { target, error: { code: outcome === 'timeout' ? 'TIMEOUT' : 'POD_DEAD', message } };
}
