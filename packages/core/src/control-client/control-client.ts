import type { ControlTask, ExecResult, PodInfo } from '../domain/control.ts';
import type { Pod } from '../domain/pod.ts';

/** HTTP to one pod's control port. Every call is bounded by `timeoutMs` and by its signal. */
export interface ControlClient {
  info(pod: Pod, options: CallOptions): Promise<PodInfo>;
  log(pod: Pod, question: LogQuestion, options: CallOptions): Promise<LogAnswer>;
  /** Drop the agent's ZooKeeper session and register again. */
  reset(pod: Pod, options: CallOptions): Promise<void>;
  /**
   * Run a tool. Ours end it after `timeoutMs`; the wait for the answer is a little longer.
   *
   * @throws {OchoError} `TIMEOUT`, with what the tool had printed until then as `stdout` in its details
   */
  exec(pod: Pod, call: ExecCall, options: CallOptions): Promise<ExecResult>;
  /**
   * Ask for `/control/<task>/<seconds>`, the seconds being those of `timeoutMs`; the wait for the answer is a little longer.
   *
   * @returns the JSON that the pod answered
   * @throws {OchoError} `POD_REFUSED` 406, `POD_DEAD` 410, `TIMEOUT` 408 or no answer in time, `FENCED`, `POD_FAILED` 500,
   * `UNREACHABLE`
   */
  control(pod: Pod, call: ControlCall, options: CallOptions): Promise<unknown>;
  /** Let go of kept-alive connections. */
  close(): void;
}

/** Which of its log lines an agent is asked for; all that it keeps, when neither is said. */
export interface LogQuestion {
  /** The last so many. */
  readonly lines?: number | undefined;
  /** Those that came since; counts more than `lines`. */
  readonly from?: string | undefined;
}

export interface LogAnswer {
  /** Each with its newline. Old agents answer all that they keep, whatever they are asked for. */
  readonly lines: readonly string[];
  /** Where to go on from; `undefined` when the agent is an old one. */
  readonly cursor: string | undefined;
  /** How many lines that were asked for are gone. */
  readonly missed: number;
}

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ExecCall {
  /** The tool and its arguments. */
  readonly argv: readonly string[];
  /** Files to lay into the tool's directory. */
  readonly files: readonly UploadedFile[];
}

export interface UploadedFile {
  /** The argument as it was given; the pod stores it under its base name. */
  readonly name: string;
  readonly content: Uint8Array;
}

export interface ControlCall {
  readonly task: ControlTask;
  readonly payload?: unknown;
  /** The payload as JSON text, instead of `payload`, in pieces: what is large and goes to many pods is one for all. */
  readonly json?: readonly Uint8Array[];
  /** Told when the last piece is on its way; again when all had to be sent once more. */
  readonly onSent?: () => void;
  /** The leader's fencing token. */
  readonly fence?: bigint;
}
