import { type Pod, podLabel } from 'ochopod-core';
import type { CallOptions } from 'ochopod-core/control-client';

import { askConsent, type Consent } from '../consent.ts';
import { type Concluded, type FailureReport, tallyOf } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { type Answers, askAll } from './ask-pods.ts';
import { type FoundByPattern, findTargets, type Selection } from './find-pods.ts';
import { killUntilDead } from './kill-until-dead.ts';

/** One thing asked of a pod. `killUntilDead` asks until the pod answers that it is shut down for good. */
export type Step =
  | { readonly kind: 'control'; readonly task: 'on' | 'off' | 'signal'; readonly payload?: unknown }
  | { readonly kind: 'registerAgain' }
  | { readonly kind: 'killUntilDead' };

/** What tells one steering command from another. */
export interface Steering {
  /** The key of the seqs in the report. */
  readonly verb: 'on' | 'off' | 'reset' | 'down' | 'signal';
  /** Carried out one after the other on each pod; the first failure ends that pod's turn. */
  readonly steps: readonly Step[];
}

/** What steering commands print with `--json`, by pattern as given. Fields may be added, never renamed. */
export type SteeringReport = Readonly<Record<string, PatternReport>>;

interface PatternReport {
  readonly ok: boolean;
  /** Under the name of the verb: those that did it, by seq. */
  readonly [verb: string]: unknown;
  readonly failed?: Readonly<Record<string, FailureReport>>;
  /** What each pod answered to a signal. */
  readonly replies?: Readonly<Record<string, unknown>>;
}

/** What became of one target, for people. */
export interface SteeredTarget {
  readonly target: string;
  readonly error?: FailureReport;
  readonly reply?: unknown;
}

export interface Steered extends Concluded<SteeringReport> {
  readonly targets: readonly SteeredTarget[];
}

interface SteerRequest extends Selection {
  readonly steering: Steering;
  /** Asked about the pods that would be told. */
  readonly consent?: Consent<readonly Pod[]> | undefined;
}

/** Tell pods what to do, all at once; one pod's failure does not stop the others. */
export async function steerPods(
  workplace: Workplace,
  { steering, consent, ...selection }: SteerRequest,
): Promise<Steered> {
  const found = await findTargets(workplace, selection);
  const until = found.until + (await askConsent(workplace, { consent, prospect: found.pods }));
  const told = await askAll(workplace, {
    ...{ ...found, until },
    call: (pod, options) => carryOut(workplace, { pod, until, steps: steering.steps }, options),
  });
  const patterns = found.byPattern.map((each) => [each.pattern.given, patternReport(each, told, steering)] as const);
  const missing = found.failed.map(({ target, error }) => ({ target, error }));
  return {
    report: Object.fromEntries(patterns),
    tally: tallyOf(found, told.failed),
    targets: [...found.pods.map((pod) => steeredTarget(pod, told)), ...missing],
  };
}

interface Turn {
  readonly pod: Pod;
  readonly until: number;
  readonly steps: readonly Step[];
}

async function carryOut(workplace: Workplace, { pod, until, steps }: Turn, options: CallOptions): Promise<unknown> {
  let reply: unknown;
  for (const step of steps) {
    const remaining = { ...options, timeoutMs: Math.max(1, until - workplace.clock.now()) };
    reply = await carryOutStep(workplace, { pod, until, step }, remaining);
  }
  return reply;
}

async function carryOutStep(
  workplace: Workplace,
  { pod, until, step }: Omit<Turn, 'steps'> & { readonly step: Step },
  options: CallOptions,
): Promise<unknown> {
  switch (step.kind) {
    case 'registerAgain':
      return workplace.pods.reset(pod, options);
    case 'killUntilDead':
      return killUntilDead(workplace, pod, until);
    case 'control': {
      const { task, payload } = step;
      const call = payload === undefined ? { task } : { task, payload };
      const reply = await workplace.pods.control(pod, call, options);
      return task === 'signal' ? reply : undefined;
    }
  }
}

function patternReport({ pods, failed }: FoundByPattern, told: Answers<unknown>, { verb }: Steering): PatternReport {
  const failedHere = [...failed, ...pods.flatMap((pod) => told.failures.get(pod) ?? [])];
  const replies = pods.filter((pod) => told.answers.get(pod) !== undefined);
  return {
    ok: failedHere.length === 0,
    [verb]: pods.filter((pod) => told.answers.has(pod)).map(({ seq }) => seq),
    ...(failedHere.length > 0 && {
      failed: Object.fromEntries(failedHere.map(({ target, error }) => [target, error])),
    }),
    ...(replies.length > 0 && {
      replies: Object.fromEntries(replies.map((pod) => [podLabel(pod), told.answers.get(pod)])),
    }),
  };
}

function steeredTarget(pod: Pod, { answers, failures }: Answers<unknown>): SteeredTarget {
  const error = failures.get(pod)?.error;
  const reply = answers.get(pod);
  return { target: podLabel(pod), ...(error && { error }), ...(reply !== undefined && { reply }) };
}
