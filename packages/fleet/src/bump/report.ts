import type { Pod } from 'ochopod-core';

import type { MissingPod } from '../applications/await-pods.ts';
import { type Troubles, troubles } from '../applications/troubles.ts';
import type { FailedTarget, FailureReport } from '../tally.ts';

/** What `ocho bump --json` prints, by pattern as given. Fields may be added, never renamed. */
export type BumpReport = Readonly<Record<string, PatternReport>>;

interface PatternReport {
  readonly ok: boolean;
  /** The pods of the wanted image that are up, by seq; after `--abort` those as before. */
  readonly up: readonly number[];
  /** By their ids before. */
  readonly applications: Readonly<Record<string, ApplicationReport>>;
  /** Pods that are not up, by name. */
  readonly late?: Troubles;
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

interface ApplicationReport {
  readonly done: BumpEnd;
  /** The one that was wanted. */
  readonly image: string;
  /** Its id now, or the id of the application that takes its place. */
  readonly application: string;
}

/** `canary`: some of the new run beside all of the old; `stopped`: left as it is. */
type BumpEnd = 'replaced' | 'unchanged' | 'canary' | 'stopped' | 'restored' | 'aborted' | 'not attempted';

/** What became of one application. */
export interface Bumped {
  /** Qualified. */
  readonly cluster: string;
  readonly was: string;
  readonly application: string;
  readonly image: string;
  readonly done: BumpEnd;
  readonly up: readonly Pod[];
  readonly late: readonly MissingPod[];
  readonly failed: readonly FailedTarget[];
}

export function patternReport(bumped: readonly Bumped[], missing: readonly FailedTarget[]): PatternReport {
  const failed = [...bumped.flatMap((each) => each.failed), ...missing];
  const late = bumped.flatMap((each) => each.late);
  return {
    ok: failed.length === 0,
    up: bumped.flatMap(({ up }) => up.map(({ seq }) => seq)).sort((left, right) => left - right),
    applications: Object.fromEntries(
      bumped.map(({ was, done, image, application }) => [was, { done, image, application }]),
    ),
    ...(late.length > 0 && { late: troubles(late) }),
    ...(failed.length > 0 && { failed: Object.fromEntries(failed.map(({ target, error }) => [target, error])) }),
  };
}
