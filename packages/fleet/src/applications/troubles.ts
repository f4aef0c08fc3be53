import { maskText } from 'ochopod-core';

import { type FailedTarget, type FailureReport, failureReport } from '../tally.ts';
import type { MissingPod, UpOrNot } from './await-pods.ts';
import type { MissingBecause } from './standing.ts';

/** Pods that are not up, by name, as reports show them. */
export type Troubles = Readonly<Record<string, Trouble>>;

interface Trouble {
  readonly why: string;
  /** The end of its agent's log. */
  readonly log: readonly string[];
  /** The last lines that its process wrote to stderr before it ended. */
  readonly stderr?: readonly string[];
}

export function troubles(missing: readonly MissingPod[]): Troubles {
  return Object.fromEntries(
    missing.map(({ name, why, lastLines: log, stderr }) => [
      name,
      { why, log, ...(stderr.length > 0 && { stderr: stderr.map(maskText) }) },
    ]),
  );
}

/** Say in one failure that not all of the pods that were awaited came up, naming each. */
export function notUp(target: string, { outcome, missing }: Pick<UpOrNot, 'outcome' | 'missing'>): FailedTarget {
  const each = byReason(missing).join('; ');
  const message = `${target}: ${each === '' ? 'not all of its pods came up' : each}`;
  return { target, error: failureReport({ code: codeOf({ outcome, missing }), message }) };
}

/** Those with the same reason in one sentence. */
export function byReason(missing: readonly MissingPod[]): readonly string[] {
  const reasons = [...new Set(missing.map(inShort))];
  return reasons.map((reason) => {
    const names = missing.filter((each) => inShort(each) === reason).map(({ name }) => name);
    return `${names.join(', ')}${names.length > 1 ? ':' : ''} ${reason}`;
  });
}

/** With the last thing that its process said, which names the cause more often than not. */
function inShort({ why, stderr, because }: MissingPod): string {
  const said = because === 'failing' ? stderr.at(-1) : undefined;
  return said === undefined ? why : `${why} (${said})`;
}

/** What it is called that not all came up. */
export function codeOf({ outcome, missing }: Pick<UpOrNot, 'outcome' | 'missing'>): FailureReport['code'] {
  const [worst] = missing;
  return outcome === 'timeout' || worst === undefined ? 'TIMEOUT' : CODES[worst.because];
}

const CODES: Readonly<Record<MissingBecause, FailureReport['code']>> = {
  late: 'TIMEOUT',
  settling: 'TIMEOUT',
  dead: 'POD_DEAD',
  failing: 'POD_FAILED',
  off: 'POD_FAILED',
  unplaced: 'POD_FAILED',
  gone: 'CONFLICT',
  overtaken: 'CONFLICT',
};
