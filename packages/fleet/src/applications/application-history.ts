import { fnmatch, OchoError, qualified, withDeadline } from 'ochopod-core';
import { advised } from '../advice.ts';

import type { Application } from '../scheduler/index.ts';

import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { clusterOf, type FleetView } from './fleet.ts';
import { type KnownVersion, knownVersions } from './past-versions.ts';
import { changesBetween, type FieldChange } from './version-changes.ts';

/** What `ocho history --json` prints, by application. Fields may be added, never renamed. */
export type HistoryReport = Readonly<Record<string, ApplicationHistory>>;

interface ApplicationHistory {
  readonly cluster: string;
  /** The version that it should have. */
  readonly current: string;
  /** Newest first. */
  readonly versions: readonly VersionSummary[];
}

export interface VersionSummary {
  readonly version: string;
  /** The application that had it, by id, when it was another one whose place this one has taken. */
  readonly of?: string;
  readonly current: boolean;
  /** How many tasks were started with it; a version of another size only starts none anew. */
  readonly tasks: number;
  readonly image: string | null;
  readonly instances: number;
  /** Since the version before; `null` for the oldest that is known. */
  readonly changes: readonly FieldChange[] | null;
}

type Needs = Pick<FleetView, 'scheduler' | 'clock' | 'signal'>;

interface Request {
  readonly pattern: ClusterPattern;
  readonly timeoutMs: number;
  /** Tell what is masked otherwise. */
  readonly showSecrets: boolean;
}

/**
 * Tell the versions of the applications of a cluster, and what changed from each to the next.
 *
 * @throws {OchoError} `NOT_FOUND` when no application belongs to it
 */
export function applicationHistory(
  workplace: Needs,
  { pattern, timeoutMs, showSecrets }: Request,
): Promise<HistoryReport> {
  const { clock, signal: parent, scheduler } = workplace;
  const matches = fnmatch(pattern.glob);
  return withDeadline({ clock, ms: timeoutMs, what: 'reading the versions', parent }, async (signal) => {
    const applications = await scheduler.list(signal);
    const ours = applications.flatMap((application) => {
      const cluster = clusterOf(application);
      return cluster !== undefined && matches(qualified(cluster)) ? [{ application, cluster: qualified(cluster) }] : [];
    });
    if (ours.length === 0) throw nothingMatches(pattern);
    const histories = ours.map(async ({ application, cluster }) => {
      const versions = await knownVersions(scheduler, application, signal);
      return [application.id, { cluster, ...summarize(application, versions, showSecrets) }] as const;
    });
    return Object.fromEntries(await Promise.all(histories));
  });
}

function summarize(
  { id, tasks, version: current }: Application,
  versions: readonly KnownVersion[],
  showSecrets: boolean,
) {
  return {
    current,
    versions: versions.map((each, at): VersionSummary => {
      const before = versions[at + 1];
      return {
        version: each.version,
        ...(each.application !== id && { of: each.application }),
        current: each.version === current,
        tasks: tasks.filter(({ version }) => version === each.version).length,
        image: each.image ?? null,
        instances: each.instances,
        changes: before === undefined ? null : changesBetween({ before, after: each, showSecrets }),
      };
    }),
  };
}

function nothingMatches({ given }: ClusterPattern): OchoError {
  return new OchoError(`no application belongs to ${given}`, {
    code: 'NOT_FOUND',
    advice: advised({ to: 'see applications' }),
  });
}
