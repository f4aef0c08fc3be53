import { fnmatch, OchoError, type Pod, qualified, withDeadline } from 'ochopod-core';
import type { ListingProblem, PodListing } from 'ochopod-core/registry';

import { type Advice, advised } from '../advice.ts';
import { type FailedTarget, failureReport } from '../tally.ts';
import { type ClusterPattern, isLiteral } from '../words/cluster-pattern.ts';
import type { Workplace } from '../workplace.ts';

export interface Selection {
  readonly patterns: readonly ClusterPattern[];
  /** Which pods of those clusters; empty means all of them. */
  readonly seqs: readonly number[];
  /** What finding them and asking them may take together. */
  readonly timeoutMs: number;
}

/** What a selection came to. Nothing that was asked for goes missing: it is in `pods` or in `failed`. */
export interface FoundPods {
  readonly pods: readonly Pod[];
  /** Znodes that cannot be read, and what was asked for by name or number and is not there. */
  readonly failed: readonly FailedTarget[];
  /** The same for each pattern, in the order given. */
  readonly byPattern: readonly FoundByPattern[];
  /** When the command must be through, on the clock of the workplace. */
  readonly until: number;
  /** How long a command that only looks waits for one of them: a pod that hangs must not cost it all of its time. */
  readonly patienceMs: number;
}

export interface FoundByPattern {
  readonly pattern: ClusterPattern;
  readonly pods: readonly Pod[];
  readonly failed: readonly FailedTarget[];
}

type Needs = Pick<Workplace, 'registry' | 'clock' | 'signal' | 'warn'>;

/** Look up which pods a selection means. */
export async function findPods(workplace: Needs, selection: Selection): Promise<FoundPods> {
  const { registry, clock, signal } = workplace;
  const until = clock.now() + selection.timeoutMs;
  const globs = selection.patterns.map(({ glob }) => glob);
  const listing = await withDeadline(
    { clock, ms: selection.timeoutMs, what: 'listing the pods', parent: signal },
    (listed) => registry.listPods(globs, listed),
  );
  if (listing.absent !== undefined) tellOfNothing(workplace, listing.absent);
  for (const problem of listing.problems) {
    const { reason, bug } = problem;
    workplace.warn(`${problemLabel(problem)} cannot be read: ${bug?.stack ?? reason}`);
  }

  const chosen = selection.patterns.map((pattern) => findByPattern(pattern, selection.seqs, listing));
  const pods = listing.pods.filter((pod) => chosen.some((found) => found.pods.includes(pod)));
  const absent = selection.seqs.filter((seq) => !pods.some((pod) => pod.seq === seq));
  const byPattern = chosen.map((found) => withAbsent(found, absent));
  for (const { pattern, ...found } of byPattern) {
    if (found.pods.length === 0 && found.failed.length === 0) workplace.warn(`no pod matches ${pattern.given}`);
  }
  return { pods, failed: failedIn(byPattern), byPattern, until, patienceMs: patienceMs(selection.timeoutMs) };
}

/**
 * The same for commands that need at least one target: a pattern that matches nothing is a failure.
 *
 * @throws {OchoError} `NOT_FOUND` when there is no target at all
 */
export async function findTargets(workplace: Needs, selection: Selection): Promise<FoundPods> {
  const found = await findPods(workplace, selection);
  const byPattern = found.byPattern.map((each) =>
    each.pods.length + each.failed.length > 0 ? each : { ...each, failed: [nothingMatches(each.pattern.given)] },
  );
  const failed = failedIn(byPattern);
  throwIfNothing({ ...found, failed });
  return { ...found, byPattern, failed };
}

/** @throws {OchoError} `NOT_FOUND` when all that was asked for by name is missing, and nothing else is to be shown */
export function throwIfNothing({ pods, failed }: FoundPods): void {
  if (pods.length === 0 && failed.length > 0 && failed.every(({ error }) => error.code === 'NOT_FOUND')) {
    throw noTarget(failed);
  }
}

/** A third: of 15 seconds, 5. */
export const patienceMs = (timeoutMs: number): number => timeoutMs / 3;

/** The names of znodes that are no pods may have any length. */
const MAX_LABEL_LENGTH = 400;

/** How a znode that is no pod is shown. */
function problemLabel({ cluster, node }: ListingProblem): string {
  const label = node === '' ? cluster : `${cluster} ${node}`;
  return label.length > MAX_LABEL_LENGTH ? `${label.slice(0, MAX_LABEL_LENGTH)}…` : label;
}

/** A wrong connection string must not look like a world that is empty. */
function tellOfNothing({ warn }: Pick<Workplace, 'warn'>, absent: NonNullable<PodListing['absent']>): void {
  if (absent === 'clusters') {
    warn('no pod was ever registered in this ZooKeeper, or below this chroot');
    return;
  }
  throw new OchoError('the chroot of the connection string is not there in ZooKeeper', {
    code: 'NOT_FOUND',
    advice: advised({ to: 'check chroot' }),
  });
}

function findByPattern(pattern: ClusterPattern, seqs: readonly number[], listing: PodListing): FoundByPattern {
  const matches = fnmatch(pattern.glob);
  const wanted = ({ seq }: Pod) => seqs.length === 0 || seqs.includes(seq);
  const pods = listing.pods.filter((pod) => matches(qualified(pod.name)) && wanted(pod));
  if (isLiteral(pattern) && !listing.clusters.some(matches)) {
    return { pattern, pods, failed: [nothingMatches(pattern.given)] };
  }
  // A znode that cannot be read has no number: it is none of those that were chosen by theirs.
  const problems = seqs.length > 0 ? [] : listing.problems.filter(({ cluster }) => matches(cluster));
  return { pattern, pods, failed: problems.map(unreadable) };
}

/** A number that none of the patterns has is missing from each that has pods. */
function withAbsent(found: FoundByPattern, absent: readonly number[]): FoundByPattern {
  if (found.failed.length > 0) return found;
  const { given } = found.pattern;
  const missing = absent.map((seq): FailedTarget => {
    const target = `${given} #${seq}`;
    return { target, error: { code: 'NOT_FOUND', message: `there is no pod ${target}`, advice: SEE_PODS } };
  });
  return { ...found, failed: missing };
}

const SEE_PODS: Advice = { to: 'see pods' };

function nothingMatches(given: string): FailedTarget {
  return { target: given, error: { code: 'NOT_FOUND', message: `no pod matches ${given}`, advice: SEE_PODS } };
}

function unreadable(problem: ListingProblem): FailedTarget {
  const error = failureReport({ code: 'INVALID_INPUT', message: problem.reason });
  return { target: problemLabel(problem), error };
}

function failedIn(byPattern: readonly FoundByPattern[]): FailedTarget[] {
  const failed = byPattern.flatMap((found) => found.failed);
  return [...new Map(failed.map((each) => [each.target, each])).values()];
}

function noTarget(failed: readonly FailedTarget[]): OchoError {
  return new OchoError(failed.map(({ error }) => error.message).join('; '), { code: 'NOT_FOUND', advice: SEE_PODS });
}
