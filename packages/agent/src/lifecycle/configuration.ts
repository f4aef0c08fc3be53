import { type ClusterView, isOchoError, messageOf, OchoError, settleOrAbort } from 'ochopod-core';

import type { Callbacks } from '../callbacks.ts';
import type { Command, RunningProcess } from '../script/pod-script.ts';
import { never } from './mailbox.ts';

/** What is to run, and in which environment. */
export interface Launch {
  readonly command: readonly string[] | string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ConfigurationOptions {
  readonly callbacks: Callbacks;
  /** The agent's own environment, which the sub-process gets too. */
  readonly env: Readonly<Record<string, string>>;
  /** Times in a row that configuring may fail. */
  readonly attempts: number;
  /** Whether commands are lines for a shell. */
  readonly shell: boolean;
}

/** Asks the author what to run, and keeps count of how that went. */
export class Configuration {
  readonly #options: ConfigurationOptions;
  #initialized: Promise<void> | undefined;
  #initializeFailed = false;
  #failures = 0;
  #view: ClusterView | undefined;
  #stands = false;

  constructor(options: ConfigurationOptions) {
    this.#options = options;
  }

  /** The view of the last configuration that succeeded. */
  get view(): ClusterView | undefined {
    return this.#view;
  }

  /** Whether the last configuration succeeded. */
  get stands(): boolean {
    return this.#stands;
  }

  /** Whether trying again has become pointless. */
  get isHopeless(): boolean {
    return this.#initializeFailed || this.#failures >= this.#options.attempts;
  }

  /**
   * Ask what to run for `view`.
   *
   * @throws {OchoError} `POD_REFUSED` with what `initialize` or `configure` threw
   */
  async prepare(view: ClusterView, previous: RunningProcess | undefined, signal: AbortSignal): Promise<Launch> {
    await this.#initialize(signal);
    const command = await this.#options.callbacks.run('configure', signal, (script, context) =>
      script.configure(view, { ...context, previous }),
    );
    return this.#toLaunch(command, view);
  }

  succeeded(view: ClusterView): void {
    this.#view = view;
    this.#stands = true;
    this.#failures = 0;
  }

  failed(): void {
    this.#stands = false;
    this.#failures += 1;
  }

  /** Runs on when its first request is called off: it may happen once only, and has its own time limit. */
  async #initialize(signal: AbortSignal): Promise<void> {
    this.#initialized ??= this.#options.callbacks.run('initialize', never(), (script, context) =>
      script.initialize?.(context),
    );
    try {
      await settledOrAborted(this.#initialized, signal);
    } catch (error) {
      this.#initializeFailed = !signal.aborted;
      throw error;
    }
  }

  #toLaunch(configured: Command, view: ClusterView): Launch {
    const { env, shell } = this.#options;
    return {
      command: checkedCommand(configured?.command, shell),
      env: { ...env, ...checkedEnv(configured.env ?? {}), ochopod: JSON.stringify(view.pods[view.key]) },
    };
  }
}

/** What a requester is told when configuring failed. */
export function asRefusal(error: unknown): OchoError {
  if (isOchoError(error, 'POD_REFUSED', 'POD_DEAD')) return error;
  return new OchoError(`the pod could not be configured: ${messageOf(error)}`, { code: 'POD_REFUSED', cause: error });
}

function checkedCommand(command: unknown, shell: boolean): readonly string[] | string {
  if (shell && typeof command === 'string' && command.trim() !== '') return command;
  if (!shell && Array.isArray(command) && command.length > 0) return checkedWords(command);
  const wanted = shell ? 'a command line, as process.shell is set' : 'a list of program and arguments';
  throw new OchoError(
    `configure() must return a command that is ${wanted}, not ${Array.isArray(command) ? 'an empty one' : kindOf(command)}`,
    {
      code: 'POD_REFUSED',
    },
  );
}

/** A port is a number wherever it comes from, and nobody wants to write `String` around it. */
function checkedWords(command: readonly unknown[]): readonly string[] {
  const wrong = command.flatMap((word, at) => (isWord(word, at) ? [] : [`element ${at} is ${kindOf(word)}`]));
  if (wrong.length === 0) return command.map(String);
  throw new OchoError(`configure() must return a command of text and numbers: ${wrong.join(', ')}`, {
    code: 'POD_REFUSED',
  });
}

function isWord(word: unknown, at: number): boolean {
  return typeof word === 'string' ? at > 0 || word !== '' : at > 0 && typeof word === 'number' && Number.isFinite(word);
}

function kindOf(value: unknown): string {
  if (value === '') return 'empty';
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

function checkedEnv(env: NonNullable<Command['env']>): Record<string, string> {
  const wrong = Object.entries(env).filter(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (wrong.length === 0) return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
  const names = wrong.map(([name]) => name).join(', ');
  throw new OchoError(`configure() returned values for the environment that are no text: ${names}`, {
    code: 'POD_REFUSED',
  });
}

function settledOrAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return settleOrAbort([signal], ({ resolve, reject }) => void work.then(resolve, reject));
}
