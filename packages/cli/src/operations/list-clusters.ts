import { type Pod, type PodInfo, podLabel, qualified } from 'ochopod-core';

import { askAll } from './ask-pods.ts';
import { findPods, type Selection, throwIfNothing } from './find-pods.ts';
import { findLeaderless } from './leaderless.ts';
import { type Concluded, type FailedTarget, type FailureReport, tallyOf } from './tally.ts';
import type { Workplace } from './workplace.ts';

/** What `ocho ls --json` prints, by cluster. Fields may be added, never renamed. */
export type ClustersReport = Readonly<Record<string, ClusterSummary>>;

interface ClusterSummary {
  /** Registered, whether they can be reached and read or not. */
  readonly total: number;
  /** Those that said that their process runs. */
  readonly running: number;
  /** What the leader says; when none answered as the leader, why that is, as far as it is known. */
  readonly status: string;
  /** Those that did not say anything, by name. */
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

/** Tell for every cluster how many of its pods run, and what its leader says. */
export async function listClusters(workplace: Workplace, selection: Selection): Promise<Concluded<ClustersReport>> {
  const found = await findPods(workplace, selection);
  throwIfNothing(found);
  const { answers, failures, failed } = await askAll(workplace, {
    ...found,
    call: (pod, options) => workplace.pods.info(pod, options),
  });

  const clusters = new Map<string, Counted>();
  for (const pod of found.pods) {
    count(clusters, qualified(pod.name), { info: answers.get(pod), failure: failures.get(pod) });
  }
  const leaderless = await findLeaderless(workplace, { ...found, answers });
  for (const failure of found.failed) count(clusters, failure.target.split(' ')[0] ?? '', { failure });
  return {
    report: Object.fromEntries(
      [...clusters].map(([name, counted]) => [name, summarize(counted, leaderless.get(name))]),
    ),
    tally: tallyOf(found, failed),
  };
}

interface Counted {
  total: number;
  readonly infos: PodInfo[];
  readonly failures: FailedTarget[];
}

interface Member {
  readonly info?: PodInfo | undefined;
  readonly failure?: FailedTarget | undefined;
}

function count(clusters: Map<string, Counted>, name: string, { info, failure }: Member): void {
  const counted = clusters.get(name) ?? { total: 0, infos: [], failures: [] };
  clusters.set(name, counted);
  if (failure?.error.code !== 'NOT_FOUND') counted.total += 1;
  if (info !== undefined) counted.infos.push(info);
  if (failure !== undefined) counted.failures.push(failure);
}

function summarize({ total, infos, failures }: Counted, leaderless = ''): ClusterSummary {
  return {
    total,
    running: infos.filter((info) => info.process === 'running').length,
    status: infos.find(isLeader)?.status ?? leaderless,
    ...(failures.length > 0 && { failed: Object.fromEntries(failures.map(({ target, error }) => [target, error])) }),
  };
}

function isLeader({ state }: PodInfo): boolean {
  return state.startsWith('leader');
}

/** The pod that said that it leads, if one did. */
export function leaderAmong(answers: ReadonlyMap<Pod, PodInfo>): string | undefined {
  for (const [pod, info] of answers) if (isLeader(info)) return podLabel(pod);
  return undefined;
}
