import { type Pod, type PodInfo, podLabel } from 'ochopod-core';

import { type Concluded, type FailureReport, failureReport, tallyOf } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { askAll } from './ask-pods.ts';
import { findPods, type Selection, throwIfNothing } from './find-pods.ts';

/** What `ocho grep --json` prints, by pod. Fields may be added, never renamed. */
export type PodsReport = Readonly<Record<string, PodSummary>>;

export interface PodSummary {
  readonly ip: string;
  readonly node: string;
  /** Empty when the pod did not say. */
  readonly process: string;
  readonly state: string;
  /** Why it does not do its part although nobody turned it off. */
  readonly trouble?: string;
  readonly error?: FailureReport;
}

/** What `ocho poll --json` prints, by pod: what the last sanity check returned, or why that is not known. */
export type MetricsReport = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Tell where pods are and what they do. */
export function listPodStates(workplace: Workplace, selection: Watched<PodSummary>): Promise<Concluded<PodsReport>> {
  return listPodInfo<PodSummary>(workplace, selection, {
    answered: ({ registration }, { process, state, trouble }) => ({
      ...{ ...placeOf(registration), process, state },
      ...(trouble !== undefined && { trouble }),
    }),
    failed: (error, pod) => ({
      ...placeOf(pod?.registration ?? { ip: '', node: '' }),
      process: '',
      state: '',
      error,
    }),
  });
}

/** Tell what the pods' sanity checks measured. */
export function listMetrics(
  workplace: Workplace,
  selection: Watched<Readonly<Record<string, unknown>>>,
): Promise<Concluded<MetricsReport>> {
  return listPodInfo<Readonly<Record<string, unknown>>>(workplace, selection, {
    answered: (_pod, { metrics }) => metrics,
    failed: (error) => ({ error }),
  });
}

interface Watched<Row> extends Selection {
  /** Told of each pod as soon as it has answered, or is known not to. */
  onRow?(pod: string, row: Row, hasFailed: boolean): void;
}

interface Rows<Row> {
  answered(pod: Pod, info: PodInfo): Row;
  failed(error: FailureReport, pod?: Pod): Row;
}

async function listPodInfo<Row>(
  workplace: Workplace,
  selection: Watched<Row>,
  rows: Rows<Row>,
): Promise<Concluded<Readonly<Record<string, Row>>>> {
  const found = await findPods(workplace, selection);
  throwIfNothing(found);
  const known = new Map<Pod, Row>();
  const { failed } = await askAll<PodInfo>(workplace, {
    ...found,
    podMs: found.patienceMs,
    call: (pod, options) => workplace.pods.info(pod, options),
    onOutcome: (outcome) => {
      const { pod } = outcome;
      const row = outcome.ok ? rows.answered(pod, outcome.value) : rows.failed(failureReport(outcome.error), pod);
      known.set(pod, row);
      selection.onRow?.(podLabel(pod), row, !outcome.ok);
    },
  });
  const report = new Map<string, Row>();
  for (const pod of found.pods) {
    const row = known.get(pod);
    if (row !== undefined) report.set(podLabel(pod), row);
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
