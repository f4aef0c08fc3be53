import { settleOrAbort } from '../waiting/settle-or-abort.ts';

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** Memory that is shared: whoever needs more than is left waits, the first in line first. */
export class ByteBudget {
  #left: number;
  readonly #waiting = new Set<Waiting>();

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /**
   * Take some of it, no more than there is when nobody has any.
   *
   * @returns gives it back
   * @throws `signal.reason`
   */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    await settleOrAbort<void>([signal], ({ resolve }) => {
      const waiting = { bytes, admit: resolve };
      this.#waiting.add(waiting);
      this.#admit();
      return () => {
        this.#waiting.delete(waiting);
        this.#admit();
      };
    });
    return () => {
      this.#left += bytes;
      this.#admit();
    };
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#left) return;
      this.#waiting.delete(waiting);
      this.#left -= waiting.bytes;
      waiting.admit();
    }
  }
}
