import type { Clock } from 'ochopod-core';
import { BoundedWriter, openSink } from 'ochopod-core/output';

/** Ways to the standard streams that never wait for whoever reads them. */
export class Unwaiting {
  readonly #clock: Clock;
  readonly #writers: BoundedWriter[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(fd: 1 | 2, onGone: (error: unknown) => void): BoundedWriter {
    const writer: BoundedWriter = new BoundedWriter({
      sink: openSink(fd, this.#clock),
      onGone,
      onCaughtUp: ({ lines }) => writer.write(`(${lines} lines were left out: nobody read them in time)\n`),
    });
    this.#writers.push(writer);
    return writer;
  }

  /** Settles when all is written, or after so long: nobody may ever read it. */
  async settled(ms: number): Promise<void> {
    if (this.#writers.length === 0) return;
    const over = new AbortController();
    const late = this.#clock.sleep(ms, over.signal).catch(() => {});
    await Promise.race([Promise.all(this.#writers.map((writer) => writer.idle())), late]);
    over.abort();
  }
}
