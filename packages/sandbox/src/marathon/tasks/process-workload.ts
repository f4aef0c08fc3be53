import type { Clock } from 'ochopod-core';
import { type ProcessGroup, type SpawnProcess, type SpawnRequest, stopProcess } from 'ochopod-core/process';

import { describeEnd } from './describe-end.ts';
import type { Workload, WorkloadEnd } from './workload.ts';

export interface ProcessOptions {
  readonly spawn: SpawnProcess;
  readonly clock: Clock;
  readonly request: SpawnRequest;
  /** The address that it is reached at. */
  readonly ipAddress: string;
  /** Told the number of the head before anything else can happen. */
  readonly onSpawned: (pid: number) => Promise<void>;
}

/** @throws {OchoError} `POD_REFUSED` saying why it could not be started */
export async function startProcess(options: ProcessOptions): Promise<Workload> {
  const { spawn, request, ipAddress, onSpawned } = options;
  const group = await spawn(request);
  const workload = new ProcessWorkload(group, options);
  await onSpawned(group.pid);
  const { env, cwd, as } = request;
  return {
    ipAddress,
    ended: workload.ended,
    stop: (graceMs) => workload.stop(graceMs),
    inside: (command) => ({ command, env, ...(cwd !== undefined && { cwd }), ...(as !== undefined && { as }) }),
  };
}

class ProcessWorkload {
  readonly ended: Promise<WorkloadEnd>;
  readonly #group: ProcessGroup;
  readonly #clock: Clock;
  #stopped: Promise<unknown> | undefined;

  constructor(group: ProcessGroup, { clock }: Pick<ProcessOptions, 'clock'>) {
    this.#group = group;
    this.#clock = clock;
    this.ended = this.#end();
  }

  stop(graceMs: number): void {
    this.#stopped ??= stopProcess(this.#group, { clock: this.#clock, graceMs, soft: false, ask: () => this.#ask() });
  }

  /** Who left the group is asked once its head is gone: until then the head may be ending it in an order of its own. */
  async #ask(): Promise<void> {
    await this.#group.signal('SIGTERM', 'group');
    await this.#group.exited;
    await this.#group.signal('SIGTERM');
  }

  async #end(): Promise<WorkloadEnd> {
    const exit = await this.#group.exited;
    // What a head leaves behind by itself is not asked, as Mesos does not ask it.
    this.#stopped ??= stopProcess(this.#group, { clock: this.#clock, graceMs: 0, soft: false, ask: async () => {} });
    await this.#stopped;
    return describeEnd('Command', exit);
  }
}
