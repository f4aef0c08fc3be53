import pLimit from 'p-limit';

import { type Pod, podLabel } from '../domain/pod.ts';
import { failureOf } from '../errors.ts';
import { onAbort } from '../waiting/on-abort.ts';
import type { Outcome } from './outcome.ts';

export interface FanOutOptions {
  /** Most pods asked at the same time. @default 256 */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
}

/**
 * Ask many pods the same, and tell what became of each as soon as it is known: one outcome per pod, failures included.
 *
 * @throws `signal.reason` when it aborts; whatever `call` throws is the failure of its pod (see `bugBehind`)
 */
export async function* fanOut<T>(
  pods: readonly Pod[],
  { concurrency = 256, signal }: FanOutOptions,
  call: (pod: Pod) => Promise<T>,
): AsyncGenerator<Outcome<T>, void> {
  const limit = pLimit(concurrency);
  const arrived: Outcome<T>[] = [];
  let resume: (() => void) | undefined;
  const tell = () => resume?.();
  const forget = onAbort(signal, tell);
  for (const pod of pods) {
    void limit(() => outcomeOf(pod, call)).then((outcome) => {
      arrived.push(outcome);
      tell();
    });
  }
  try {
    for (let told = 0; told < pods.length; ) {
      signal.throwIfAborted();
      const next = arrived[told];
      if (next === undefined) await new Promise<void>((resolve) => (resume = resolve));
      else {
        told += 1;
        yield next;
      }
    }
  } finally {
    limit.clearQueue();
    forget();
  }
}

async function outcomeOf<T>(pod: Pod, call: (pod: Pod) => Promise<T>): Promise<Outcome<T>> {
  try {
    return { pod, ok: true, value: await call(pod) };
  } catch (error) {
    return { pod, ok: false, error: failureOf(podLabel(pod), error) };
  }
}
