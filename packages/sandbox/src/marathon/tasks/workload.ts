import type { SpawnRequest } from 'ochopod-core/process';

/** What a task is made of: a process group, or a container. */
export interface Workload {
  readonly ipAddress: string;
  /** Resolves when it and everything that it spawned are gone; never rejects. */
  readonly ended: Promise<WorkloadEnd>;
  /** Ask it to end, and insist after the grace. Only the first call counts. */
  stop(graceMs: number): void;
  /** How a command line is run where it runs. */
  inside(commandLine: string): Pick<SpawnRequest, 'command' | 'env' | 'cwd' | 'as'>;
}

export interface WorkloadEnd {
  readonly succeeded: boolean;
  /** As Mesos puts it. */
  readonly message: string;
}
