import { type ErrorCode, maskText, type OchoError } from 'ochopod-core';
import type { Advice } from './advice.ts';

/** Why one target failed, as reports show it. */
export interface FailureReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly advice?: Advice;
}

export interface FailedTarget {
  /** A pod (`marathon.web #3`), a znode that is no pod (`marathon.web <name>`), or a pattern that matches nothing. */
  readonly target: string;
  readonly error: FailureReport;
}

/** Who was expected to answer, and who did not. */
export interface Tally {
  readonly expected: number;
  readonly failed: readonly FailedTarget[];
}

/** A report that is worth printing, and the truth about it. */
export interface Concluded<Report> {
  readonly report: Report;
  readonly tally: Tally;
}

/** Without secrets: nobody knows what the other side put into its message. */
export function failureReport(
  failure: Pick<OchoError, 'code' | 'message'> & Partial<Pick<OchoError, 'hint' | 'advice'>>,
): FailureReport {
  const { code, hint, advice } = failure;
  return {
    ...{ code, message: maskText(failure.message) },
    ...(hint !== undefined && { hint: maskText(hint) }),
    // All advice that fleet meets is of its own making.
    ...(advice !== undefined && { advice: advice as Advice }),
  };
}

/** Those of several targets, by name, that failed. */
export function failuresOf(
  targets: Iterable<readonly [string, { readonly error?: FailureReport | undefined }]>,
): readonly FailedTarget[] {
  return [...targets].flatMap(([target, { error }]) => (error === undefined ? [] : [{ target, error }]));
}

/** The tally of a command over the pods that it found: those that were not found have failed as well. */
export function tallyOf(
  found: { readonly pods: readonly unknown[]; readonly failed: readonly FailedTarget[] },
  failed: readonly FailedTarget[],
): Tally {
  return { expected: found.pods.length + found.failed.length, failed: [...failed, ...found.failed] };
}
