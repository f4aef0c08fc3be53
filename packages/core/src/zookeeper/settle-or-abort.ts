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
    const finish = () => {
      for (const signal of signals) forget(signal, onAbort);
    };
    const onAbort = () => {
      finish();
      abandon?.();
      reject(signals.find((signal) => signal.aborted)?.reason);
    };
    for (const signal of signals) onceAborted(signal, onAbort);
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

/** One listener per signal: an `EventTarget` looks through all that it has for each that comes or goes. */
const LISTENERS = new WeakMap<AbortSignal, Listeners>();

interface Listeners {
  readonly callbacks: Set<() => void>;
  readonly onAbort: () => void;
}

function onceAborted(signal: AbortSignal, callback: () => void): void {
  const listeners = LISTENERS.get(signal) ?? listen(signal);
  listeners.callbacks.add(callback);
}

function listen(signal: AbortSignal): Listeners {
  const callbacks = new Set<() => void>();
  const onAbort = () => {
    for (const callback of callbacks) callback();
  };
  const listeners = { callbacks, onAbort };
  LISTENERS.set(signal, listeners);
  signal.addEventListener('abort', onAbort, { once: true });
  return listeners;
}

function forget(signal: AbortSignal, callback: () => void): void {
  const listeners = LISTENERS.get(signal);
  listeners?.callbacks.delete(callback);
  if (listeners?.callbacks.size !== 0) return;
  LISTENERS.delete(signal);
  signal.removeEventListener('abort', listeners.onAbort);
}
