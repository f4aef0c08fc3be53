import { onAbort } from './on-abort.ts';

/**
 * Run `task` with a signal that aborts when one of `signals` does.
 *
 * Unlike `AbortSignal.any` it leaves nothing behind on signals that outlive the task.
 */
export async function withEither<T>(
  signals: readonly AbortSignal[],
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const call = () => either.abort(signals.find(({ aborted }) => aborted)?.reason);
  const waits = signals.map((signal) => onAbort(signal, call));
  if (signals.some(({ aborted }) => aborted)) call();
  try {
    return await task(either.signal);
  } finally {
    for (const forget of waits) forget();
  }
}
