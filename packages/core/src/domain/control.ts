/**
 * The wire contract of the control port, shared by the server in the agent and by everybody who calls it.
 */

/** What `/control/<task>` can be asked to do. */
export const CONTROL_TASKS = ['check', 'on', 'off', 'ok', 'kill', 'signal'] as const;
export type ControlTask = (typeof CONTROL_TASKS)[number];

/** Seconds that a control request may take when its path names none. */
export const DEFAULT_CONTROL_SECONDS = 60;
/** The most that a path may name. */
export const MAX_CONTROL_SECONDS = 3600;

/**
 * The request header that carries a leader's fencing token, a decimal number that only grows from one leader
 * to the next. Requests without it are obeyed: leaders of older agents send none.
 */
export const FENCE_HEADER = 'x-ochopod-fence';

/**
 * The longest answers that are read, in bytes: what an agent has to say fits, and one that lies costs no more.
 */
export const ANSWER_BYTES = {
  control: 64 * 1024,
  /** What the author's `signaled` callback returned. */
  signal: 1024 * 1024,
  info: 512 * 1024,
  log: 2 * 1024 * 1024,
  /** Ten megabytes of output, and what JSON makes of them. */
  exec: 16 * 1024 * 1024,
} as const;

/**
 * The header of an answer to `/log` that says where it ends. `/log?from=<cursor>` answers what was logged since, as far as
 * the agent keeps it; `/log?lines=<number>` the last so many. Old agents answer all that they keep, and have no such header.
 */
export const LOG_CURSOR_HEADER = 'x-ochopod-log-cursor';
/** The header of an answer to `/log` that counts the lines that were asked for and are gone. */
export const LOG_MISSED_HEADER = 'x-ochopod-log-missed';

/**
 * The request header of `/exec`: `<tool> <text>`, the text as it was typed. Old agents split it at blanks and hand it to
 * a shell as it is; old clients send nothing else.
 */
export const SHELL_HEADER = 'x-shell';

/**
 * The request header of `/exec` that says exactly which words there are: tool and arguments, quoted as for a POSIX shell.
 * Where it is, it counts; old agents do not look at it.
 */
export const ARGUMENTS_HEADER = 'x-ochopod-arguments';

/** The request header of `/exec` that says how many seconds the tool has; it is ended then, and its output so far told. */
export const TIME_LIMIT_HEADER = 'x-ochopod-time-limit';

export type ProcessState = 'stopped' | 'running' | 'terminating' | 'dead';

export type LeadershipState = 'follower' | 'leader' | 'leader (configuration pending)' | 'leader (configuring)';

/**
 * Whose doing it is what the process is at: the agent's own; a leader's or an operator's (orders to stop from leaders of
 * old agents look like an operator's); the process ended by itself; its sanity checks failed; or it could not be
 * configured.
 */
export const PROCESS_CAUSES = ['agent', 'leader', 'operator', 'process', 'checks', 'configuration'] as const;
export type ProcessCause = (typeof PROCESS_CAUSES)[number];

/** How a pod died: its process ended with 0, it could not be configured, or it was told to. */
export const POD_DEATHS = ['done', 'gave up', 'killed'] as const;

/** That a pod is shut down for good. */
export interface PodDeath {
  readonly how: (typeof POD_DEATHS)[number];
  /** In words. */
  readonly why: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** How a process ends: with 0; in any other way; because it was told to; or it could not even be started. */
export const PROCESS_ENDS = ['done', 'crashed', 'stopped', 'not started'] as const;

/** How the process ended last. */
export interface LastEnd {
  readonly how: (typeof PROCESS_ENDS)[number];
  /** In words: `exited with code 3`. */
  readonly why: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Exit code; not there when a signal ended it, or it was not started. */
  readonly code?: number | undefined;
  /** The signal that ended it. */
  readonly signal?: string | undefined;
  /** The last lines that it wrote, oldest first: at most `LAST_LINES`, each of at most `LAST_LINE_LENGTH`. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** How many last lines `/info` tells. */
export const LAST_LINES = 10;
/** In characters. */
export const LAST_LINE_LENGTH = 300;

/** Failures of the process that follow each other; it has not run well for a minute in between. */
export interface FailingProcess {
  readonly count: number;
  /** When the first of them was. ISO 8601, UTC. */
  readonly since: string;
  /** Whether there were so many that the next start is not expected to mend it. */
  readonly loop: boolean;
}

/** What our agents tell of their process. Old ones do not: what is not there is unknown. */
export interface ProcessFacts {
  /** Since when `process` is what it is. ISO 8601, UTC. */
  readonly since?: string | undefined;
  readonly by?: ProcessCause | undefined;
  /** Why the pod does not do its part although nobody turned it off, as `/readyz` says it. */
  readonly trouble?: string | undefined;
  /** How often the process was started again after it had failed. */
  readonly restarts?: number | undefined;
  readonly failing?: FailingProcess | undefined;
  readonly lastEnd?: LastEnd | undefined;
  readonly died?: PodDeath | undefined;
}

/** What `/info` answers. Old agents leave `status` out until the pod has led once. */
export interface PodInfo extends ProcessFacts {
  /** Version of the agent; old ones do not say it. */
  readonly agent?: string | undefined;
  /** Digest of what the pod was configured with, as the cluster's `hash` holds it; not there while it is not configured. */
  readonly configured?: string | undefined;
  readonly application: string;
  readonly dependencies: readonly string[];
  readonly ip: string;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly node: string;
  readonly port: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly process: ProcessState;
  readonly public: string;
  readonly state: LeadershipState;
  readonly status: string;
  readonly task: string;
}

/** What `/exec` answers: the tool's exit code and its output, line by line. */
export interface ExecResult {
  readonly code: number;
  readonly stdout: readonly string[];
}
