import { onAbort } from './on-abort.ts';

export interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Told when a signal has aborted before it was settled. */
type Abandon = () => void;

/**
 * A promise that `start` settles, unless one of the signals aborts first.
 *
 * Unlike `AbortSignal.any` it leaves nothing behind on signals that outlive it.
 */
export function settleOrAbort<T>(
  signals: readonly AbortSignal[],
  start: (settle: Settle<T>) => Abandon | void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = signals.find((signal) => signal.aborted);
    if (aborted !== undefined) return reject(aborted.reason);
    let abandon: Abandon | void;
    const call = () => {
      finish();
      abandon?.();
      reject(signals.find((signal) => signal.aborted)?.reason);
    };
    const waits = signals.map((signal) => onAbort(signal, call));
    const finish = () => {
      for (const forget of waits) forget();
    };
    abandon = start({
      resolve: (value) => {
        finish();
        resolve(value);
      },
      reject: (error) => {
        finish();
        reject(error);
      },
    });
  });
}
