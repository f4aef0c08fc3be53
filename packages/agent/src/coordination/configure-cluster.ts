import {
  type Clock,
  type ClusterSnapshot,
  type ControlTask,
  failureOf,
  isOchoError,
  OchoError,
  type Pod,
  podLabel,
  wantsView,
  withEither,
} from 'ochopod-core';
import type { ControlCall, ControlClient } from 'ochopod-core/control-client';

import type { PodFailure } from './setbacks.ts';
import { inTurns } from './turns.ts';

export interface Configuration {
  /** Whom to configure, in the order of seq. */
  readonly pods: readonly Pod[];
  readonly snapshot: ClusterSnapshot;
}

export interface Conductor {
  readonly control: Pick<ControlClient, 'control'>;
  readonly clock: Clock;
  /** The leader's token, sent with every request. */
  readonly fence: bigint;
  readonly graceMs: number;
  readonly sequential: boolean;
  readonly fullShutdown: boolean;
  /** Runs before anything is changed in any pod; when it throws, nothing is. */
  readonly beforeChange: (signal: AbortSignal) => Promise<void>;
  /** Makes sure that we lead; a pod may say that we do not, and be wrong. @throws what ends our leadership */
  readonly confirm: (signal: AbortSignal) => Promise<void>;
  /** Aborts when the pod leaves the cluster, so that nobody waits for its answer. */
  readonly left: (pod: Pod) => AbortSignal;
}

/** Answers to `ok` do not matter: a callback that hangs there must not keep the rest from being recorded. */
const OK_MS = 5000;

export type ConfigurationResult =
  | { readonly kind: 'configured' }
  /** Some pods are shut down for good; nothing was changed yet. */
  | { readonly kind: 'dead'; readonly dead: readonly Pod[] }
  /** `others`: whether at least one pod did its part in the step that failed. */
  | { readonly kind: 'failed'; readonly failures: readonly PodFailure[]; readonly others: boolean };

/**
 * Take every pod through one configuration: check, (off,) on, ok.
 *
 * A step that a pod fails ends it, once all pods of that step have answered.
 *
 * @throws whatever `beforeChange` and `confirm` throw
 */
export async function configureCluster(
  configuration: Configuration,
  conductor: Conductor,
  signal: AbortSignal,
): Promise<ConfigurationResult> {
  const asked: Step = { ...conductor, viewOf: viewsOf(configuration.snapshot), signal };
  const run = (task: ControlTask) => step(task, configuration, asked);

  const checked = await run('check');
  const dead = checked.filter(({ error }) => isOchoError(error, 'POD_DEAD'));
  if (dead.length > 0) return { kind: 'dead', dead: dead.map(({ pod }) => pod) };
  if (checked.length > 0) return failed(checked, checked.length < configuration.pods.length);

  await conductor.beforeChange(signal);
  for (const task of conductor.fullShutdown ? (['off', 'on'] as const) : (['on'] as const)) {
    const failures = await run(task);
    // One after the other ends at the first failure: those not reached yet had passed the check.
    const others = conductor.sequential ? configuration.pods.length > 1 : failures.length < configuration.pods.length;
    if (failures.length > 0) return failed(failures, others);
  }
  await step('ok', configuration, { ...asked, graceMs: Math.min(conductor.graceMs, OK_MS) });
  return { kind: 'configured' };
}

function failed(failures: readonly PodFailure[], others: boolean): ConfigurationResult {
  return { kind: 'failed', failures, others };
}

type View = NonNullable<ControlCall['json']>;
type Step = Conductor & { readonly viewOf: (key: string) => View; readonly signal: AbortSignal };

/** The views of all pods differ at their end only, and are large: what they share is made once, and sent as it is. */
function viewsOf(snapshot: ClusterSnapshot): (key: string) => View {
  const shared = Buffer.from(JSON.stringify(snapshot).slice(0, -1));
  return (key) => [shared, Buffer.from(`,"key":${JSON.stringify(key)}}`)];
}

async function step(task: ControlTask, { pods }: Configuration, conductor: Step): Promise<PodFailure[]> {
  const failures: PodFailure[] = [];
  const ask = async (pod: Pod, sent?: () => void) => {
    const error = await request({ task, pod, sent }, conductor);
    if (error !== undefined) failures.push({ pod, error });
  };
  if (!conductor.sequential) {
    await inTurns(
      conductor.clock,
      pods.map((pod) => (sent) => ask(pod, sent)),
    );
    return failures;
  }
  for (const pod of pods) {
    await ask(pod);
    if (task !== 'check' && failures.length > 0) break;
  }
  return failures;
}

interface Asked {
  readonly task: ControlTask;
  readonly pod: Pod;
  /** To be told once all that the pod is sent is on its way. */
  readonly sent: (() => void) | undefined;
}

/** @returns what went wrong; nothing when the pod did its part */
async function request(
  { task, pod, sent }: Asked,
  { control, fence, graceMs, left, viewOf, confirm, signal }: Step,
): Promise<OchoError | undefined> {
  const view = wantsView(pod.registration, task) && { json: viewOf(pod.key) };
  const call = { task, fence, ...view, ...(sent && { onSent: sent }) };
  try {
    await withEither([signal, left(pod)], (bounded) =>
      control.control(pod, call, { timeoutMs: graceMs, signal: bounded }),
    );
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (isOchoError(error, 'FENCED')) await confirm(signal);
    return failureOf(podLabel(pod), error);
  }
}

/** The reason with which a pod's `left` signal aborts. */
export const podLeft = (): OchoError => new OchoError('it left the cluster', { code: 'UNREACHABLE' });
