import { settleOrAbort } from '../waiting/settle-or-abort.ts';

/** Something that can be looked at, and that tells when looking again is worth while. */
export interface Subject<T> {
  /** Look at it now; a change after this moment wakes every subscriber at least once. */
  look(): Promise<Sighting<T>>;
  /** @returns how to unsubscribe */
  subscribe(wake: () => void): () => void;
}

export interface Sighting<T> {
  readonly value: T;
  /** Differs from the one before if, and only if, there is news. */
  readonly revision: string;
}

/**
 * What is there now, and again whenever it changed; changes that come faster than they are taken are one.
 *
 * Ends by throwing when one of the signals aborts or a look fails, or when the loop over it is left, which lets go
 * of the subscription at once, even while a value is being waited for.
 */
export function observe<T>(subject: Subject<T>, signals: readonly AbortSignal[]): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const left = new AbortController();
      const values = sightings(subject, [...signals, left.signal]);
      return {
        next: () => values.next().catch((error: unknown) => endOrThrow(error)),
        return: () => {
          left.abort(LEFT);
          return values.return(undefined);
        },
      };
    },
  };
}

const LEFT = Symbol('the loop was left');

function endOrThrow(error: unknown): IteratorReturnResult<undefined> {
  if (error === LEFT) return { done: true, value: undefined };
  throw error;
}

async function* sightings<T>(subject: Subject<T>, signals: readonly AbortSignal[]): AsyncGenerator<T, undefined> {
  const bell = new Bell();
  const unsubscribe = subject.subscribe(() => bell.ring());
  try {
    let seen: string | undefined;
    for (;;) {
      // Before the look: what changes while it is under way may not be in it.
      bell.silence();
      const { value, revision } = await lookUnlessAborted(subject, signals);
      if (revision !== seen) {
        seen = revision;
        yield value;
      }
      await bell.rung(signals);
    }
  } finally {
    unsubscribe();
  }
}

function lookUnlessAborted<T>(subject: Subject<T>, signals: readonly AbortSignal[]): Promise<Sighting<T>> {
  return settleOrAbort(signals, ({ resolve, reject }) => void subject.look().then(resolve, reject));
}

class Bell {
  #rung = false;
  #heard: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#heard?.();
  }

  silence(): void {
    this.#rung = false;
  }

  rung(signals: readonly AbortSignal[]): Promise<void> {
    return settleOrAbort<void>(signals, ({ resolve }) => {
      if (this.#rung) resolve();
      else this.#heard = resolve;
    });
  }
}
