import type { App } from '../app/app.ts';

/** What it takes to run one task. */
export interface TaskOrder {
  readonly taskId: string;
  readonly app: App;
  /** In the order of `portDefinitions` or `portMappings`. */
  readonly hostPorts: readonly number[];
}

/** Runs tasks on this machine: local processes, and containers where an engine for them is found. */
export interface TaskRunner {
  /** The name of this machine as tasks and events give it. */
  readonly host: string;
  /**
   * Whether an application can run here.
   *
   * @throws {OchoError} `INVALID_INPUT` saying why not, and which ways there are
   */
  check(app: App): void;
  /** Take ports for a task. @throws {OchoError} `CONFLICT` when none is left, or a required one is taken */
  reservePorts(app: App): readonly number[];
  releasePorts(ports: readonly number[]): void;
  /**
   * Start a task in a sandbox directory of its own.
   *
   * @throws {OchoError} saying why it could not be started
   */
  launch(order: TaskOrder): Promise<RunningTask>;
  /** End what is still there, and let go of everything. */
  close(): Promise<void>;
}

export interface RunningTask {
  readonly directory: string;
  readonly ipAddress: string;
  /** Resolves when the task and everything that it spawned are gone; never rejects. */
  readonly ended: Promise<TaskEnd>;
  /** SIGTERM to the whole group, SIGKILL after the grace. Returns at once; `ended` tells. */
  kill(graceMs: number): void;
  /** Watch its health, from now on until it ends; nothing happens where it has no checks. */
  watchHealth(onResult: (check: number, result: HealthResult) => void): void;
  /** Ask its readiness check again and again until it says yes. */
  untilReady(signal: AbortSignal): Promise<void>;
}

export interface TaskEnd {
  /** `TASK_KILLED` when `kill` was called before. */
  readonly state: 'TASK_FINISHED' | 'TASK_FAILED' | 'TASK_KILLED';
  /** `Command exited with status 3`, `Command terminated with signal Killed` */
  readonly message: string;
}

/** How one health check of a task stands; times are ISO-8601. */
export interface HealthResult {
  readonly alive: boolean;
  readonly consecutiveFailures: number;
  readonly firstSuccess?: string;
  readonly lastSuccess?: string;
  readonly lastFailure?: string;
  readonly lastFailureCause?: string;
  /** Whether its failures are enough for the task to be killed: it is past the grace period and over the maximum. */
  readonly isFatal: boolean;
}
