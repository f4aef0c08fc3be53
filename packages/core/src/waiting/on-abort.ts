interface Listener {
  readonly callbacks: Set<() => void>;
  readonly hear: () => void;
}

const LISTENERS = new WeakMap<AbortSignal, Listener>();

/**
 * Have `callback` called once when `signal` aborts; never, when it has aborted already.
 *
 * However many wait for a signal, it has one listener: an `EventTarget` looks through all that it has for each that comes
 * or goes, so that a thousand who wait together would cost a million steps, and Node warns of eleven.
 *
 * @returns takes it back; nothing is left on a signal that nobody waits for
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) return () => {};
  // One of its own: the same function may be given twice.
  const own = () => callback();
  const listener = LISTENERS.get(signal) ?? listen(signal);
  listener.callbacks.add(own);
  return () => {
    if (!listener.callbacks.delete(own) || listener.callbacks.size > 0) return;
    LISTENERS.delete(signal);
    signal.removeEventListener('abort', listener.hear);
  };
}

function listen(signal: AbortSignal): Listener {
  const callbacks = new Set<() => void>();
  const hear = () => {
    for (const callback of callbacks) callback();
  };
  const listener = { callbacks, hear };
  LISTENERS.set(signal, listener);
  signal.addEventListener('abort', hear, { once: true });
  return listener;
}
