import { type Pod, type PodInfo, podLabel, qualified } from 'ochopod-core';

import { type Concluded, type FailedTarget, type FailureReport, tallyOf } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { askAll, failedPod } from './ask-pods.ts';
import { findPods, type Selection, throwIfNothing } from './find-pods.ts';
import { findLeaderless } from './leaderless.ts';

/** What `ocho ls --json` prints, by cluster. Fields may be added, never renamed. */
export type ClustersReport = Readonly<Record<string, ClusterSummary>>;

export interface ClusterSummary {
  /** Registered, whether they can be reached and read or not. */
  readonly total: number;
  /** Those that said that their process runs. */
  readonly running: number;
  /** What the leader says; when none answered as the leader, why that is, as far as it is known. */
  readonly status: string;
  /** Those that say why they do not do their part, by name. */
  readonly troubles?: Readonly<Record<string, string>>;
  /** Those that did not say anything, by name. */
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

/** Tell for every cluster how many of its pods run, and what its leader says. */
export async function listClusters(
  workplace: Workplace,
  selection: WatchedClusters,
): Promise<Concluded<ClustersReport>> {
  const found = await findPods(workplace, selection);
  throwIfNothing(found);
  const clusters = new Map<string, Counted>();
  for (const { name } of found.pods) count(clusters, qualified(name)).awaited += 1;
  for (const failure of found.failed) fail(count(clusters, failure.target.split(' ')[0] ?? ''), failure);
  const { answers, failed } = await askAll<PodInfo>(workplace, {
    ...found,
    podMs: found.patienceMs,
    call: (pod, options) => workplace.pods.info(pod, options),
    onOutcome: (outcome) => {
      const name = qualified(outcome.pod.name);
      const counted = count(clusters, name);
      counted.awaited -= 1;
      counted.total += 1;
      if (outcome.ok) take(counted, outcome.pod, outcome.value);
      else counted.failures.push(failedPod(outcome.pod, outcome.error));
      if (counted.awaited === 0 && counted.infos.some(isLeader)) selection.onCluster?.(name, summarize(counted));
    },
  });
  const leaderless = await findLeaderless(workplace, { ...found, answers });
  return {
    report: Object.fromEntries(
      [...clusters].map(([name, counted]) => [name, summarize(counted, leaderless.get(name))]),
    ),
    tally: tallyOf(found, failed),
  };
}

interface WatchedClusters extends Selection {
  /** Told of each cluster that has a leader once all of its pods have answered, or were too late. */
  onCluster?(name: string, summary: ClusterSummary): void;
}

interface Counted {
  /** Those that have not answered yet. */
  awaited: number;
  total: number;
  readonly infos: PodInfo[];
  readonly troubles: [string, string][];
  readonly failures: FailedTarget[];
}

function count(clusters: Map<string, Counted>, name: string): Counted {
  const counted = clusters.get(name) ?? { awaited: 0, total: 0, infos: [], troubles: [], failures: [] };
  clusters.set(name, counted);
  return counted;
}

function take(counted: Counted, pod: Pod, info: PodInfo): void {
  counted.infos.push(info);
  if (info.trouble !== undefined) counted.troubles.push([podLabel(pod), info.trouble]);
}

function fail(counted: Counted, failure: FailedTarget): void {
  if (failure.error.code !== 'NOT_FOUND') counted.total += 1;
  counted.failures.push(failure);
}

function summarize({ total, infos, troubles, failures }: Counted, leaderless = ''): ClusterSummary {
  return {
    total,
    running: infos.filter((info) => info.process === 'running').length,
    status: infos.find(isLeader)?.status ?? leaderless,
    ...(troubles.length > 0 && { troubles: Object.fromEntries(troubles) }),
    ...(failures.length > 0 && { failed: byTarget(failures) }),
  };
}

/** In the order of their names, not of their failures. */
function byTarget(failures: readonly FailedTarget[]): Record<string, FailureReport> {
  const ordered = failures.toSorted((left, right) => left.target.localeCompare(right.target, 'en', { numeric: true }));
  return Object.fromEntries(ordered.map(({ target, error }) => [target, error]));
}

export function isLeader({ state }: PodInfo): boolean {
  return state.startsWith('leader');
}
