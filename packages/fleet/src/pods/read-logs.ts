import type { Pod } from 'ochopod-core';
import { podLabel } from 'ochopod-core';
import type { CallOptions, LogAnswer } from 'ochopod-core/control-client';

import { type Concluded, type FailedTarget, type FailureReport, tallyOf } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { askPods, failedPod } from './ask-pods.ts';
import { findTargets, type Selection } from './find-pods.ts';

/** What `ocho log --json` prints, by pod. Fields may be added, never renamed. */
export type LogsReport = Readonly<Record<string, PodLog>>;

interface PodLog {
  /** Without their line ends. */
  readonly lines: readonly string[];
  readonly error?: FailureReport;
}

export interface LogRequest extends Selection {
  /** How many lines from the end; `undefined` for all that the agents kept. */
  readonly lines: number | undefined;
  /** Hears each log as it comes. */
  onLog(log: ArrivedLog): void;
}

interface ArrivedLog {
  readonly pod: string;
  readonly lines: readonly string[];
  /** Whether there is just one pod, whose lines need no name. */
  readonly alone: boolean;
}

/** Read the agents' logs. */
export async function readLogs(workplace: Workplace, request: LogRequest): Promise<Concluded<LogsReport>> {
  const found = await findTargets(workplace, request);
  const logs = new Map<Pod, PodLog>();
  const failed: FailedTarget[] = [];
  const question = {
    ...found,
    podMs: found.patienceMs,
    call: (pod: Pod, options: CallOptions) => workplace.pods.log(pod, { lines: request.lines }, options),
  };
  for await (const outcome of askPods(workplace, question)) {
    const { pod } = outcome;
    if (outcome.ok) {
      warnOfMissed(workplace, { pod, log: outcome.value });
      const lines = lastLines(outcome.value.lines, request.lines);
      logs.set(pod, { lines });
      request.onLog({ pod: podLabel(pod), lines, alone: found.pods.length === 1 });
    } else {
      const failure = failedPod(pod, outcome.error);
      failed.push(failure);
      logs.set(pod, { lines: [], error: failure.error });
    }
  }
  const read = found.pods.map((pod) => [podLabel(pod), logs.get(pod) ?? { lines: [] }] as const);
  const missing = found.failed.map(({ target, error }) => [target, { lines: [], error }] as const);
  return { report: Object.fromEntries([...read, ...missing]), tally: tallyOf(found, failed) };
}

/** Say that lines were asked for and are not among those that came. */
export function warnOfMissed(
  { warn }: Pick<Workplace, 'warn'>,
  { pod, log: { missed } }: { readonly pod: Pod; readonly log: LogAnswer },
): void {
  if (missed > 0) warn(`${podLabel(pod)}: ${missed} older lines are gone`);
}

/** The last `count` lines, each without its line end. */
export function lastLines(log: readonly string[], count: number | undefined): string[] {
  const kept = count === undefined ? log : log.slice(Math.max(0, log.length - count));
  return kept.map((line) => line.replace(/\r?\n$/, ''));
}
