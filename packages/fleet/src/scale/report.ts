import type { Troubles } from '../applications/troubles.ts';
import type { FailedTarget, FailureReport } from '../tally.ts';

/** What `ocho scale --json` prints, by pattern as given. Fields may be added, never renamed. */
export type ScaleReport = Readonly<Record<string, PatternReport>>;

interface PatternReport {
  readonly ok: boolean;
  /** By how many pods all clusters of the pattern together have changed. */
  readonly delta: number;
  /** By cluster. */
  readonly clusters: Readonly<Record<string, Sizes>>;
  /** New pods that are not up, by name. */
  readonly late?: Troubles;
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

interface Sizes {
  readonly from: number;
  readonly to: number;
  /** New pods, by seq. */
  readonly up: readonly number[];
  /** Pods that are gone, by seq. */
  readonly down: readonly number[];
}

/** What became of one cluster. */
export interface Scaled extends Sizes {
  readonly name: string;
  readonly late: Troubles;
  readonly failed: readonly FailedTarget[];
  /** Of how many targets those that failed are some. */
  readonly expected: number;
}

export function patternReport(clusters: readonly Scaled[], missing: readonly FailedTarget[]): PatternReport {
  const failed = [...clusters.flatMap((each) => each.failed), ...missing];
  const late = Object.assign({}, ...clusters.map((each) => each.late)) as Troubles;
  return {
    ok: failed.length === 0,
    delta: clusters.reduce((sum, { from, to }) => sum + to - from, 0),
    clusters: Object.fromEntries(clusters.map(({ name, from, to, up, down }) => [name, { from, to, up, down }])),
    ...(Object.keys(late).length > 0 && { late }),
    ...(failed.length > 0 && { failed: Object.fromEntries(failed.map(({ target, error }) => [target, error])) }),
  };
}
