import type { ClusterView } from 'ochopod-core';
import type { ForwardableSignal } from '../host-signals.ts';

/**
 * What a pod script says: how its cluster behaves (the settings) and what runs in the pod (the callbacks).
 * Only `configure` is mandatory.
 *
 * Every callback may be asynchronous and is given up on when it takes longer than its time limit
 * (`timeouts`, else `grace`): that counts as if it had thrown, and its signal aborts.
 */
export interface PodScript {
  /** How the cluster of this pod behaves; the same in every pod of it. */
  readonly model?: ModelSettings;
  /** How the sub-process is run. */
  readonly process?: ProcessSettings;
  /** Tools that operators may run in the pod through `ocho exec`, by name. None unless listed here. */
  readonly tools?: Readonly<Record<string, Tool>>;
  /** Time limits of single callbacks in seconds; those not named have the model's `grace`. */
  readonly timeouts?: Readonly<Partial<Record<CallbackName, number>>>;

  /** Once, before the first configuration. When it throws the pod shuts down. */
  initialize?(context: CallbackContext): void | Promise<void>;
  /** May the pod be configured like this? Throw to put the configuration off; the message is the reason. */
  canConfigure?(cluster: ClusterView, context: CallbackContext): void | Promise<void>;
  /** Say what to run. When it throws the leader tries again; see `configureAttempts`. */
  configure(cluster: ClusterView, context: ConfigureContext): Command | Promise<Command>;
  /** After the whole cluster was configured. What it throws is logged. */
  configured?(cluster: ClusterView, context: CallbackContext): void | Promise<void>;
  /**
   * Is the sub-process well? Runs every `checkEvery` seconds while it does; the numbers and words that it returns
   * are the pod's metrics until it ends. Throw to fail the check; after `checks` in a row `onUnhealthy` says what
   * happens. Whether the sub-process crashed is no question of this: it is started again, later each time.
   */
  sanityCheck?(process: RunningProcess, context: CallbackContext): Metrics | void | Promise<Metrics | void>;
  /** Ask the sub-process to end. Default: SIGTERM to its process group. What it throws is ignored. */
  tearDown?(process: RunningProcess, context: CallbackContext): void | Promise<void>;
  /** An operator's `ocho signal`: any JSON in, any JSON out. */
  signaled?(payload: unknown, process: RunningProcess | undefined, context: CallbackContext): unknown;
  /** Last, when the pod shuts down. */
  finalize?(context: CallbackContext): void | Promise<void>;
  /**
   * How is the cluster? Runs in the leader, every `probeEvery` seconds and right after a configuration; what it
   * returns is the cluster's status. What it throws is the status too, marked with `* `.
   */
  probe?(cluster: ClusterView, context: CallbackContext): string | void | Promise<string | void>;
}

export type CallbackName =
  | 'initialize'
  | 'canConfigure'
  | 'configure'
  | 'configured'
  | 'sanityCheck'
  | 'tearDown'
  | 'signaled'
  | 'finalize'
  | 'probe';

/** What every callback gets as its last argument. */
export interface CallbackContext {
  /** Aborts when the callback is out of time, or its request is called off. */
  readonly signal: AbortSignal;
  /** The `settings` of the deploy file: the variable `pod`, parsed; `{}` without one. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Writes into the agent's log, which `ocho log` shows. */
  readonly log: ScriptLog;
}

export interface ConfigureContext extends CallbackContext {
  /** The process that a soft tear-down left behind, if it is still there: `haproxy -sf <its pid>`. */
  readonly previous: RunningProcess | undefined;
}

export interface ScriptLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export type Metrics = Readonly<Record<string, unknown>>;

/** What `configure` says is to run. */
export interface Command {
  /** Program and arguments; with `process.shell` a command line for the shell. */
  readonly command: readonly (string | number)[] | string;
  /** Environment in addition to the agent's own. */
  readonly env?: Readonly<Record<string, string | number | boolean>>;
}

/** The supervised process, for callbacks that look after it. */
export interface RunningProcess {
  readonly pid: number;
  /** Signal the whole process group; a group that is gone is left alone. */
  kill(signal?: NodeJS.Signals): void;
}

export interface ModelSettings {
  /** Seconds that the leader waits after a change before it configures. @default 0 */
  readonly damper?: number;
  /** Clusters that this one needs: `backend`, `back*`, `/other-namespace.backend`, `/prod.*`. @default [] */
  readonly dependsOn?: readonly string[];
  /** Stop every pod before configuring any. @default false */
  readonly fullShutdown?: boolean;
  /** Seconds that a pod has to answer a control request. @default 60 */
  readonly grace?: number;
  /** Configure one pod after the other, in the order of seq, instead of all at once. @default false */
  readonly sequential?: boolean;
  /** Seconds between two probes. @default 60 */
  readonly probeEvery?: number;
  /** How many sanity checks in a row must fail for the sub-process to count as unhealthy. @default 3 */
  readonly checks?: number;
  /**
   * What happens to a sub-process that is unhealthy: it is started again, later each time as after a crash; or it is
   * turned off, and stays so until it is turned on again.
   *
   * @default 'restart'
   */
  readonly onUnhealthy?: 'restart' | 'off';
  /** Seconds between two sanity checks. @default 60 */
  readonly checkEvery?: number;
  /** Times in a row that `configure` may fail before the pod shuts down, so that the others can go on. @default 3 */
  readonly configureAttempts?: number;
}

export interface ProcessSettings {
  /** Working directory of the sub-process. @default the agent's */
  readonly cwd?: string;
  /** Seconds between SIGTERM and SIGKILL. @default 60 */
  readonly grace?: number;
  /**
   * Never SIGKILL: leave the old process behind to end by itself (HAProxy-style takeover). With a `tearDown` that
   * does nothing and a `grace` of 0 the new process starts at once, and `configure` is told the old one's pid.
   *
   * @default false
   */
  readonly soft?: boolean;
  /**
   * Put the output of the sub-process into the agent's log, line by line, instead of passing it on as it is to the agent's
   * own outputs. Either way it comes through pipes that the agent reads, not from a terminal, and the last lines are kept.
   *
   * @default false
   */
  readonly pipeSubprocess?: boolean;
  /** The command is one line for `/bin/sh`. @default false */
  readonly shell?: boolean;
  /**
   * Signals to the agent that are handed on to the sub-process instead, to itself and not to its children:
   * `['SIGHUP', 'SIGUSR1', 'SIGWINCH']`. Each that is left out and would end a program stops the agent in order, SIGUSR1 does
   * nothing. SIGTERM cannot be handed on.
   *
   * @default []
   */
  readonly forward?: readonly ForwardableSignal[];
  /** Restart the sub-process at every configuration. @default false: only when a dependency changed */
  readonly strict?: boolean;
}

/** A tool that operators run in the pod: `ocho exec web backup --full`. */
export interface Tool {
  /** How to use it; the first line is the summary. Shown when it is used wrongly. */
  readonly help?: string;
  /**
   * The declared command line: `parseArgs` options of Node. When present, a wrong use answers code 1 and the help,
   * and `values` and `positionals` hold what was given.
   *
   * @see https://nodejs.org/api/util.html#utilparseargsconfig
   */
  readonly options?: Readonly<Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }>>;
  /** Most positional arguments that it takes. @default any number */
  readonly maxPositionals?: number;
  /**
   * Pass everything behind the tool's name as one argument, a line for a shell to read; words that an operator gave apart
   * are joined by blanks. @default false: words, cut as a shell does
   */
  readonly takesLine?: boolean;
  /** Called off, a tool may return what it has: what it does within two seconds is still told. */
  run(call: ToolCall): ToolResult | Promise<ToolResult>;
}

export interface ToolCall {
  /** The arguments as they were given, without the tool's name. */
  readonly args: readonly string[];
  /** Options by name, when the tool declares any. */
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  /** A directory of this call's own that holds the uploaded files; gone afterwards. */
  readonly directory: string;
  /** The environment of the sub-process, so that a tool finds what `configure` set. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborts when the caller is gone or out of time. */
  readonly signal: AbortSignal;
}

export interface ToolResult {
  readonly code: number;
  readonly lines: readonly string[];
}

/**
 * Define what runs in a pod: the default export of a pod script.
 *
 * @example
 * export default definePod({
 *   model: { dependsOn: ['backend'] },
 *   configure: (cluster) => ({
 *     command: ['node', 'server.js'],
 *     env: { BACKENDS: cluster.grep('backend', 6379) },
 *   }),
 * });
 */
export function definePod(script: PodScript): PodScript {
  return script;
}
