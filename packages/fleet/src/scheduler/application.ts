/** Labels that begin so are ours: how an application came about, which is no part of what it is. */
export function isOwnLabel(name: string): boolean {
  return name.startsWith('ochopod_');
}

/** What is asked of a scheduler: an application as every scheduler understands it. */
export interface ApplicationSpec {
  /** Unique at the scheduler: `ochopod.marathon.web-2026-01-31-23-59-59`. */
  readonly id: string;
  readonly image: string;
  /** Arguments of the image's entry point; nothing: as the image has it. */
  readonly command?: readonly string[];
  readonly instances: number;
  readonly ports: readonly PortSpec[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: Resources;
  /** Directories of the host, mounted read-only. */
  readonly hostVolumes: readonly string[];
  readonly health?: HealthSpec;
  readonly upgrade?: UpgradeSpec;
  /** As the scheduler writes them: `["hostname", "UNIQUE"]`. */
  readonly constraints: readonly (readonly string[])[];
  /** Fields in the scheduler's own words; they win over everything else. */
  readonly verbatim: Readonly<Record<string, unknown>>;
}

export interface PortSpec {
  readonly container: number;
  /** 0: any. */
  readonly host: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface Resources {
  readonly cpus?: number;
  /** MiB. */
  readonly mem?: number;
  /** MiB. */
  readonly disk?: number;
}

/** How the scheduler itself finds out whether a task is well. */
export interface HealthSpec {
  readonly path: string;
  /** Container port. */
  readonly port: number;
  /** Seconds, all of them. */
  readonly grace?: number;
  readonly interval?: number;
  readonly timeout?: number;
  /** Failures in a row after which the task is replaced; 0: never. */
  readonly failures?: number;
}

/** Shares of the instances, 0 to 1. */
export interface UpgradeSpec {
  /** That must be healthy while an application is replaced. */
  readonly minimumHealthy: number;
  /** That may run in excess meanwhile. */
  readonly maximumOver: number;
}

/** What tells a copy from the application that it is made of. */
export interface ApplicationCopy {
  readonly id: string;
  readonly image: string;
  readonly instances: number;
  /** Added to those that it has. */
  readonly labels: Readonly<Record<string, string>>;
}

/** An application as the scheduler has it. */
export interface Application {
  readonly id: string;
  /** Nothing for one that runs a plain command. */
  readonly image: string | undefined;
  readonly instances: number;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The version that it should have; compare with those of its tasks. */
  readonly version: string;
  readonly tasks: readonly Task[];
  /** What changes it right now. */
  readonly changes: readonly string[];
  /** Whether the scheduler itself checks if its tasks are well. */
  readonly isChecked: boolean;
  /** The last of its tasks that ended by itself, or was ended because it was unwell. */
  readonly lastFailure: TaskFailure | undefined;
}

export interface TaskFailure {
  /** The task's id. */
  readonly task: string;
  /** The version that it was started with. */
  readonly version: string;
  /** In words: `TASK_FAILED: Command exited with status 3`. */
  readonly why: string;
}

/** One running, starting or ending container of an application; pods register its id as `task`. */
export interface Task {
  readonly id: string;
  readonly host: string;
  readonly state: 'starting' | 'running' | 'ending';
  /** What the scheduler's own checks say; nothing where there are none, or none has answered yet. */
  readonly healthy: boolean | undefined;
  /** The version it was started with. */
  readonly version: string;
  /** ISO-8601; nothing while it starts. */
  readonly startedAt: string | undefined;
}

/** A version of an application, and what it was. */
export interface ApplicationVersion {
  /** As the scheduler names it; for Marathon the time at which it was made. */
  readonly version: string;
  readonly image: string | undefined;
  readonly instances: number;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The whole of it in the scheduler's own words, for comparisons. */
  readonly definition: Readonly<Record<string, unknown>>;
}
