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

/** What `/info` answers. Old agents leave `status` out until the pod has led once. */
export interface PodInfo {
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
