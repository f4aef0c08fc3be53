import type { OchoError, Pod } from 'ochopod-core';
import { podLabel } from 'ochopod-core';
import type { ExecCall } from 'ochopod-core/control-client';

import { askConsent, type Consent } from '../consent.ts';
import { type Concluded, type FailedTarget, type FailureReport, tallyOf } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { askPods, failedPod } from './ask-pods.ts';
import { findTargets, type Selection } from './find-pods.ts';

/** What `ocho exec --json` prints, by pod. Fields may be added, never renamed. */
export type ToolReport = Readonly<Record<string, ToolResult>>;

interface ToolResult {
  /** The tool's exit code, `null` when it is not known. */
  readonly code: number | null;
  /** What it printed, also when it had to be ended early. */
  readonly stdout: readonly string[];
  readonly error?: FailureReport;
}

export interface ToolRequest extends Selection {
  readonly call: ExecCall;
  /** Asked about the pods that it would run on. */
  readonly consent?: Consent<readonly Pod[]> | undefined;
  /** Hears each result as it comes, also of a tool that was ended early, where it printed something. */
  onResult(result: ArrivedResult): void;
}

export interface ArrivedResult extends ToolResult {
  readonly pod: string;
  /** Whether there is just one pod, whose output needs no heading. */
  readonly alone: boolean;
}

export interface ToolRun extends Concluded<ToolReport> {
  /** The highest of the tools' own exit codes; 0 when none answered. */
  readonly worstCode: number;
}

/** Run a tool on pods. */
export async function runTool(workplace: Workplace, request: ToolRequest): Promise<ToolRun> {
  const found = await findTargets(workplace, request);
  const until = found.until + (await askConsent(workplace, { consent: request.consent, prospect: found.pods }));
  const results = new Map<Pod, ToolResult>();
  const failed: FailedTarget[] = [];
  const question = {
    ...{ ...found, until },
    call: (pod: Pod, options: Parameters<Workplace['pods']['exec']>[2]) =>
      workplace.pods.exec(pod, request.call, options),
  };
  for await (const outcome of askPods(workplace, question)) {
    const { pod } = outcome;
    if (outcome.ok) {
      const { code, stdout } = outcome.value;
      const result = { code, stdout: stdout.map(withoutNewline) };
      results.set(pod, result);
      request.onResult({ pod: podLabel(pod), alone: found.pods.length === 1, ...result });
    } else {
      const failure = failedPod(pod, outcome.error);
      failed.push(failure);
      const result = { code: null, stdout: outputSoFar(outcome.error), error: failure.error };
      results.set(pod, result);
      if (result.stdout.length > 0) request.onResult({ pod: podLabel(pod), alone: found.pods.length === 1, ...result });
    }
  }
  const ran = found.pods.map((pod) => [podLabel(pod), results.get(pod) ?? UNKNOWN] as const);
  const missing = found.failed.map(({ target, error }) => [target, { ...UNKNOWN, error }] as const);
  return {
    report: Object.fromEntries([...ran, ...missing]),
    tally: tallyOf(found, failed),
    worstCode: Math.max(0, ...[...results.values()].map(({ code }) => worstOf(code))),
  };
}

/** What a tool had printed that was ended early. */
function outputSoFar({ details: { stdout } }: OchoError): readonly string[] {
  return Array.isArray(stdout) ? stdout.map((line) => withoutNewline(String(line))) : [];
}

/** Lines of old agents have one. */
function withoutNewline(line: string): string {
  return line.replace(/\r?\n$/, '');
}

const UNKNOWN: ToolResult = { code: null, stdout: [] };

/** Tools that a signal ended report a negative code, which no shell can carry. */
function worstOf(code: number | null): number {
  if (code === null) return 0;
  return code < 0 ? 128 + Math.min(-code, 127) : code & 0xff || (code === 0 ? 0 : 1);
}
