import { Writable } from 'node:stream';
import type { Clock } from 'ochopod-core';
import { BoundedWriter, type LeftOut, openSink } from 'ochopod-core/output';
import type { OutputName } from 'ochopod-core/process';

export interface OwnOutputOptions {
  readonly clock: Clock;
  /** Whoever reads that output is too far behind: lines are left out from now on. */
  readonly onBehind: (name: OutputName) => void;
  /** It is read again. */
  readonly onCaughtUp: (name: OutputName, leftOut: LeftOut) => void;
}

/** The agent's standard output and standard error, neither of which it ever waits for. */
export class OwnOutput {
  readonly #writers: Readonly<Record<OutputName, BoundedWriter>>;
  readonly #clock: Clock;

  constructor({ clock, onBehind, onCaughtUp }: OwnOutputOptions) {
    const writerTo = (name: OutputName, fd: number) =>
      new BoundedWriter({
        sink: openSink(fd, clock),
        onBehind: () => onBehind(name),
        onCaughtUp: (leftOut) => onCaughtUp(name, leftOut),
      });
    this.#clock = clock;
    this.#writers = { stdout: writerTo('stdout', 1), stderr: writerTo('stderr', 2) };
  }

  write(data: string | Uint8Array, name: OutputName): void {
    this.#writers[name].write(data);
  }

  /** Settles when all is written, or after so long: nobody may ever read it. */
  async settled(ms: number): Promise<void> {
    const idle = Promise.all(Object.values(this.#writers).map((writer) => writer.idle()));
    await Promise.race([idle, this.#clock.sleep(ms)]);
  }

  /** Be the streams of this process, for what its author's code prints: Node's own would wait for the reader. */
  replaceStreamsOf(host: NodeJS.Process): void {
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = new Writable({
        write: (chunk: Uint8Array, _encoding, done) => {
          this.write(chunk, name);
          done();
        },
      });
      Object.defineProperty(host, name, { configurable: true, enumerable: true, get: () => stream });
    }
  }
}
