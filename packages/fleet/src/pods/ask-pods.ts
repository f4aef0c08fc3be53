import { bugBehind, isOchoError, OchoError, type Pod, podLabel } from 'ochopod-core';
import type { CallOptions, Outcome } from 'ochopod-core/control-client';
import { advised } from '../advice.ts';

import type { FailedTarget } from '../tally.ts';
import { failureReport } from '../tally.ts';
import type { Workplace } from '../workplace.ts';

export interface Question<T> {
  readonly pods: readonly Pod[];
  /** When the last answer must be there, on the clock of the workplace. */
  readonly until: number;
  /** The longest that one of them is waited for. Default: until then. */
  readonly podMs?: number;
  /** Told of each as soon as it is known. */
  onOutcome?(outcome: Outcome<T>): void;
  call(pod: Pod, options: CallOptions): Promise<T>;
}

type Needs = Pick<Workplace, 'clock' | 'signal' | 'progress' | 'warn'>;

/**
 * Ask pods the same, all at once; what became of each is told as it comes.
 *
 * @throws {OchoError} `INTERRUPTED` naming those that had not answered
 */
export async function* askPods<T>(workplace: Needs, question: Question<T>): AsyncGenerator<Outcome<T>, void> {
  // Loaded only here: commands that ask nobody start faster without it.
  const { fanOut } = await import('ochopod-core/control-client');
  const { clock, signal, progress, warn } = workplace;
  const missing = new Set(question.pods);
  const done = new AbortController();
  const names = () => [...missing].map(podLabel);
  progress.watch(() => ({ expected: question.pods.length, missing: names() }), AbortSignal.any([signal, done.signal]));
  try {
    const outcomes = fanOut(question.pods, { signal }, async (pod) => {
      const timeoutMs = Math.min(question.until - clock.now(), question.podMs ?? Number.POSITIVE_INFINITY);
      if (timeoutMs <= 0) throw tooLate(pod);
      return question.call(pod, { timeoutMs, signal });
    });
    for await (const outcome of outcomes) {
      missing.delete(outcome.pod);
      const bug = outcome.ok ? undefined : bugBehind(outcome.error);
      if (bug !== undefined) warn(`${podLabel(outcome.pod)} provoked a bug: ${bug.stack}`);
      question.onOutcome?.(outcome);
      yield outcome;
    }
  } catch (error) {
    throw isOchoError(error, 'INTERRUPTED') ? interrupted(error, names()) : error;
  } finally {
    done.abort(new Error('everybody has answered'));
  }
}

/** All answers at once, for reports that need them together. */
export async function askAll<T>(workplace: Needs, question: Question<T>): Promise<Answers<T>> {
  const answers = new Map<Pod, T>();
  const failures = new Map<Pod, FailedTarget>();
  for await (const outcome of askPods(workplace, question)) {
    if (outcome.ok) answers.set(outcome.pod, outcome.value);
    else failures.set(outcome.pod, failedPod(outcome.pod, outcome.error));
  }
  return { answers, failures, failed: question.pods.flatMap((pod) => failures.get(pod) ?? []) };
}

export interface Answers<T> {
  readonly answers: ReadonlyMap<Pod, T>;
  readonly failures: ReadonlyMap<Pod, FailedTarget>;
  /** The failures, in the order of the pods asked. */
  readonly failed: readonly FailedTarget[];
}

export function failedPod(pod: Pod, error: OchoError): FailedTarget {
  return { target: podLabel(pod), error: failureReport(error) };
}

function tooLate(pod: Pod): OchoError {
  return new OchoError(`the time was up before ${podLabel(pod)} could be asked`, {
    code: 'TIMEOUT',
    advice: advised({ to: 'give more time' }),
  });
}

function interrupted(cause: OchoError, missing: readonly string[]): OchoError {
  if (missing.length === 0) return cause;
  return new OchoError(`interrupted before ${missing.join(', ')} answered`, {
    code: 'INTERRUPTED',
    advice: advised({ to: 'see pods' }),
    details: { missing },
    cause,
  });
}
