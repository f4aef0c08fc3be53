import { OchoError } from 'ochopod-core';

import type { ProcessExit, ProcessGroup, SpawnProcess, SpawnRequest } from 'ochopod-core/process';

/** Processes that exist in memory only; each ends when a test says so, or of the signal it dies of. */
export class FakeProcesses {
  readonly started: FakeProcess[] = [];
  /** What the next processes die of; with `undefined` of nothing. */
  dieOf: NodeJS.Signals | undefined = 'SIGTERM';
  /** Whether the next start fails. */
  refuses = false;

  readonly spawn: SpawnProcess = async (request) => {
    if (this.refuses) throw new OchoError('cannot start it', { code: 'POD_REFUSED' });
    const process = new FakeProcess(1000 + this.started.length, request, this.dieOf);
    this.started.push(process);
    return process;
  };

  get last(): FakeProcess {
    const last = this.started.at(-1);
    if (last === undefined) throw new Error('nothing was started');
    return last;
  }
}

export class FakeProcess implements ProcessGroup {
  readonly pid: number;
  readonly request: SpawnRequest;
  readonly received: NodeJS.Signals[] = [];
  readonly exited: Promise<ProcessExit>;
  /** Whether processes that it spawned are still there; they die of SIGKILL only. */
  hasLeftovers = false;
  readonly #dieOf: NodeJS.Signals | undefined;
  #resolve: (exit: ProcessExit) => void = () => {};
  #hasEnded = false;

  constructor(pid: number, request: SpawnRequest, dieOf: NodeJS.Signals | undefined) {
    this.pid = pid;
    this.request = request;
    this.#dieOf = dieOf;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    this.received.push(name);
    if (name === 'SIGKILL') this.hasLeftovers = false;
    if (name === 'SIGKILL' || name === this.#dieOf) this.end({ code: null, signal: name });
  }

  async isGone(): Promise<boolean> {
    return this.#hasEnded && !this.hasLeftovers;
  }

  end(exit: ProcessExit): void {
    this.#hasEnded = true;
    this.#resolve(exit);
  }

  exit(code: number): void {
    this.end({ code, signal: null });
  }
}
