import { type Pod, type PodInfo, podLabel } from 'ochopod-core';

import { askAll } from './ask-pods.ts';
import { findPods, type Selection, throwIfNothing } from './find-pods.ts';
import { type Concluded, type FailureReport, tallyOf } from './tally.ts';
import type { Workplace } from './workplace.ts';

/** What `ocho grep --json` prints, by pod. Fields may be added, never renamed. */
export type PodsReport = Readonly<Record<string, PodSummary>>;

interface PodSummary {
  readonly ip: string;
  readonly node: string;
  /** Empty when the pod did not say. */
  readonly process: string;
  readonly state: string;
  readonly error?: FailureReport;
}

/** What `ocho poll --json` prints, by pod: what the last sanity check returned, or why that is not known. */
export type MetricsReport = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Tell where pods are and what they do. */
export function listPodStates(workplace: Workplace, selection: Selection): Promise<Concluded<PodsReport>> {
  return listPodInfo<PodSummary>(workplace, selection, {
    answered: ({ registration }, { process, state }) => ({ ...placeOf(registration), process, state }),
    failed: (error, pod) => ({
      ...placeOf(pod?.registration ?? { ip: '', node: '' }),
      process: '',
      state: '',
      error,
    }),
  });
}

/** Tell what the pods' sanity checks measured. */
export function listMetrics(workplace: Workplace, selection: Selection): Promise<Concluded<MetricsReport>> {
  return listPodInfo<Readonly<Record<string, unknown>>>(workplace, selection, {
    answered: (_pod, { metrics }) => metrics,
    failed: (error) => ({ error }),
  });
}

interface Rows<Row> {
  answered(pod: Pod, info: PodInfo): Row;
  failed(error: FailureReport, pod?: Pod): Row;
}

async function listPodInfo<Row>(
  workplace: Workplace,
  selection: Selection,
  rows: Rows<Row>,
): Promise<Concluded<Readonly<Record<string, Row>>>> {
  const found = await findPods(workplace, selection);
  throwIfNothing(found);
  const { answers, failures, failed } = await askAll(workplace, {
    ...found,
    call: (pod, options) => workplace.pods.info(pod, options),
  });
  const report = new Map<string, Row>();
  for (const pod of found.pods) {
    const info = answers.get(pod);
    const failure = failures.get(pod);
    if (info !== undefined) report.set(podLabel(pod), rows.answered(pod, info));
    if (failure !== undefined) report.set(podLabel(pod), rows.failed(failure.error, pod));
  }
  for (const { target, error } of found.failed) report.set(target, rows.failed(error));
  return {
    report: Object.fromEntries(report),
    tally: tallyOf(found, failed),
  };
}

function placeOf({ ip, node }: Pick<Pod['registration'], 'ip' | 'node'>): Pick<PodSummary, 'ip' | 'node'> {
  return { ip, node };
}
