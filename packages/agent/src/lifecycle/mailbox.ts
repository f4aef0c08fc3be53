import { OchoError, settleOrAbort } from 'ochopod-core';

/** Carries one piece of work out at a time, in the order of arrival. */
export class Mailbox {
  readonly #waiting: Letter[] = [];
  #busy = false;

  /**
   * Run `work` once all that came before is done with.
   *
   * Settles as soon as `signal` aborts: work that is still waiting is dropped then, work that has begun gets
   * the signal and holds its place until it comes to an end.
   */
  post<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    return settleOrAbort<T>([signal], ({ resolve, reject }) => {
      const letter: Letter = async () => {
        try {
          resolve(await work(signal));
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push(letter);
      void this.#drain(); // letters report to those who posted them and never reject
      return () => {
        const place = this.#waiting.indexOf(letter);
        if (place !== -1) this.#waiting.splice(place, 1);
      };
    });
  }

  async #drain(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const letter: Letter | undefined = this.#waiting.shift();
      if (letter === undefined) break;
      await letter();
    }
    this.#busy = false;
  }
}

type Letter = () => Promise<void>;

/** A signal for work that nothing calls off. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** The reason given to requests that a shutdown overtakes. */
export function shuttingDown(): OchoError {
  return new OchoError('the pod is shutting down', { code: 'POD_DEAD' });
}
