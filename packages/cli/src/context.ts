import type { Clock, ErrorCode } from 'ochopod-core';
import type { ControlClient } from 'ochopod-core/control-client';
import type { PodRegistry, ReadableFiles } from 'ochopod-fleet';
import type { Scheduler } from 'ochopod-fleet/scheduler';
import type {
  FaultOrder,
  FaultReport,
  FoundSandbox,
  Sandbox,
  SandboxEnd,
  SandboxOptions,
  SandboxState,
  SandboxStatus,
  StopSandboxOptions,
  TaskDirectory,
} from 'ochopod-sandbox';

import type { Ending } from './io/signals.ts';

/** One of the two streams that a command writes to. What a terminal would obey, or nobody sees, is made visible. */
export interface OutputStream {
  /** Lines of ours, with their ends; whatever comes from outside must be no more than a part of one. */
  write(text: string): void;
  /** One line, without its end, whatever stands in it. */
  line(text: string): void;
  /** Exactly this; on a terminal nothing but colours is let through. */
  raw(text: string): void;
  /** Settles when whoever reads has taken all that was written. @throws `signal.reason` */
  taken(signal: AbortSignal): Promise<void>;
  readonly isTty: boolean;
  /** Whether to use colours on it. */
  readonly colors: boolean;
}

/**
 * Where a command reads and writes: `out` carries results and nothing else, everything said beside goes to `err`, without
 * secrets.
 */
export interface Io {
  readonly out: OutputStream;
  readonly err: OutputStream;
  /** Lines of standard input; the terminal's own editing, history and completion when it is one. */
  readonly input: LineInput;
  /**
   * Ask whoever sits at the terminal, on `err`: yes or no, and no when nothing is said. Missing where nobody can be asked:
   * standard input or `err` is no terminal, or `CI` is set.
   *
   * @throws {OchoError} `INTERRUPTED` on Ctrl-C
   * @throws `signal.reason`
   */
  readonly confirm: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Show passing lines at the end of a terminal's `err`; `undefined` wipes them. Never seen when `err` is none. */
  status(lines: readonly string[] | undefined): void;
  /** Aborts when `out` takes nothing any more, with what is wrong as its reason. Nobody need stop because of that. */
  readonly lost: AbortSignal;
  /** From now on nothing that is written waits for whoever reads: what is not taken in time is left out, and counted. */
  neverWait(): void;
  /** What the process will end with. */
  setExitCode(code: number): void;
}

export interface LineInput {
  readonly isTty: boolean;
  open(options: LineOptions): LineReader;
}

export interface LineOptions {
  readonly prompt: string;
  /** Newest first. */
  readonly history: readonly string[];
  complete(line: string): Promise<Completion>;
  /** Ctrl-C was pressed. @returns whether that stopped something; if not, the line is dropped */
  interrupt(): boolean;
}

/** What a word at the end of a line may become. */
export interface Completion {
  readonly candidates: readonly string[];
  readonly word: string;
}

/** A conversation; `close` ends it. */
export interface LineReader {
  /** The next line, `undefined` at the end of the input; Ctrl-C on an unfinished line drops that line. */
  next(): Promise<string | undefined>;
  /** Leave the terminal to somebody else meanwhile; what is typed then is no line. */
  aside<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface LocalFiles extends ReadableFiles {
  /** Tell the last lines of a file, and those that are added while it is followed. @throws {OchoError} `NOT_FOUND` */
  tail(path: string, options: TailOptions): Promise<void>;
}

export interface TailOptions {
  /** How many from the end. */
  readonly lines: number;
  /** Go on until the file is removed; ends with the signal's reason. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Without their line ends; those of the end first, even when there are none. */
  onLines(lines: readonly string[]): void;
}

export interface SchedulerTarget {
  /** `host:port,host:port`, each with a scheme and a path if it needs any. */
  readonly masters: string;
  /** PEM file of an authority that its certificate is signed by. */
  readonly caFile?: string;
  /** File that holds the token to send. */
  readonly tokenFile?: string;
}

export interface RegistryTarget {
  /** `zk://[user:password@]host:port,host:port[/chroot]` */
  readonly servers: string;
  readonly connectTimeoutMs: number;
  /** Told when it takes more than half a second to connect, and when that is over. */
  readonly onSlow?: (isSlow: boolean) => void;
  /** Told what happens on the connection, when somebody wants to know. */
  readonly onEvent?: (event: string) => void;
}

/** What a new sandbox is told; nothing that is left out is asked for. */
export type NewSandbox = Omit<SandboxOptions, 'home' | 'onEvent'>;

/** The sandboxes of whoever runs `ocho`, on this machine. */
export interface Sandboxes {
  /**
   * Run one in this process.
   *
   * @param onEvent told in one sentence what happens that nobody asked for
   */
  start(sandbox: NewSandbox, onEvent: (event: string) => void): Promise<Sandbox>;
  /** Tell whoever started this process in the background how the start went; does nothing when nobody did. */
  announce(told: Announcement): Promise<void>;
  /** Run one in a process of its own, which outlives this one. @returns when both servers answer */
  detach(sandbox: NewSandbox, signal: AbortSignal): Promise<SandboxState>;
  find(name: string): Promise<FoundSandbox | undefined>;
  /** By name. */
  list(): Promise<readonly FoundSandbox[]>;
  /** @throws {OchoError} `UNREACHABLE` when it does not answer */
  status(sandbox: FoundSandbox, signal: AbortSignal): Promise<SandboxStatus>;
  /** Break it on purpose. @throws {OchoError} `NOT_FOUND`, `INVALID_INPUT`, `UNREACHABLE` */
  fault(sandbox: FoundSandbox, order: FaultOrder, signal: AbortSignal): Promise<FaultReport>;
  /** Where the tasks of an application, or that task, write what they print. */
  taskDirectories(sandbox: FoundSandbox, what: string): Promise<readonly TaskDirectory[]>;
  /** @throws {OchoError} `TIMEOUT` when it cannot even be killed, `DENIED` */
  stop(sandbox: FoundSandbox, options: StopSandboxOptions): Promise<SandboxEnd>;
}

/** How the start of a sandbox went. */
export type Announcement =
  | { readonly state: SandboxState }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string } };

/** Everything that a command touches outside of its own arguments. */
export interface CliContext {
  readonly io: Io;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  wallTime(): number;
  readonly files: LocalFiles;
  readonly history: HistoryFile;
  /** HTTP to pods. */
  readonly pods: ControlClient;
  /** The pods registered at one ensemble; connects when first asked. */
  registryOf(target: RegistryTarget): PodRegistry;
  /** The scheduler at these addresses; connects when first asked. Its credentials come from the environment. */
  schedulerOf(target: SchedulerTarget): Scheduler;
  readonly sandboxes: Sandboxes;
  /** Aborts on Ctrl-C, and on whatever else ends programs: SIGTERM, SIGHUP, SIGQUIT... */
  readonly signal: AbortSignal;
  /** From now on a second signal and a reader that goes away do not end the process by themselves. */
  endsInOrder(): Ending;
  /** Let go of connections. Bounded in time; never rejects. */
  close(): Promise<void>;
}

/** What was typed in interactive sessions, oldest first. */
export interface HistoryFile {
  load(): Promise<readonly string[]>;
  /** Best effort: a full disk does not end the session. */
  append(line: string): Promise<void>;
}
