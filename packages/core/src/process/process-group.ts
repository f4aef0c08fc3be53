import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { OchoError } from '../errors.ts';

import type { OutputName } from './output-pipes.ts';
import { openOutputs } from './outputs.ts';
import { type Family, livingMembers } from './process-table.ts';
import { type Attempt, whyNotStarted, whyUnpassable } from './why-not-started.ts';

/** A child process and everything it spawned. */
export interface ProcessGroup {
  readonly pid: number;
  /** Resolves when the child itself is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Signal everybody of it, those in the group only, or the child alone; a group that is gone is left alone. */
  signal(name: NodeJS.Signals, whom?: 'everybody' | 'group' | 'child'): Promise<void>;
  /** Whether nobody of it is left, also of those that left the group. */
  isGone(): Promise<boolean>;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnRequest {
  /** Program and arguments, or a command line for `/bin/sh`. */
  readonly command: readonly string[] | string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /**
   * Receives both outputs, before anything was read; whoever takes them reads on for as long as anybody writes. What the
   * process itself has printed was read when its exit is told. Without it, and without files, they go nowhere.
   */
  readonly onOutput?: (output: Readable, name: OutputName) => void;
  /** Paths of files to which the outputs are appended. */
  readonly files?: { readonly stdout: string; readonly stderr: string };
  /** Who it runs as; only root can be asked for others than itself. */
  readonly as?: { readonly uid: number; readonly gid: number };
  /**
   * `NAME=value`, put into its environment: descendants that left the group are recognised by it. Default: one of its
   * own, which descendants that do the same replace by theirs.
   */
  readonly mark?: string;
}

export type SpawnProcess = (request: SpawnRequest) => Promise<ProcessGroup>;

/** How an end is told: `exited with code 3`, `was ended by SIGKILL`. */
export function describeExit({ code, signal }: ProcessExit): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

const MARK = 'OCHOPOD_PROCESS_MARK';

/**
 * Start a process as the head of a group and session of its own.
 *
 * @throws {OchoError} `POD_REFUSED` saying why it could not be started
 */
export const spawnProcess: SpawnProcess = async (request) => {
  const { command, env, cwd } = request;
  const mark = request.mark ?? `${MARK}=${randomUUID()}`;
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const attempt = { command: words, env, cwd };
  const unpassable = whyUnpassable(attempt);
  if (unpassable !== undefined) throw notStarted(attempt, unpassable);
  const [file, ...args] = words;
  const outputs = await openOutputs(request);
  try {
    const child = spawn(file as string, args, {
      detached: true,
      stdio: ['ignore', ...outputs.stdio],
      env: { ...env, ...variable(mark) },
      ...(cwd === undefined ? {} : { cwd }),
      ...request.as,
    });
    // Before anything is waited for: it may not live any longer than that takes.
    const group = groupOf(child, mark);
    outputs.handOver(child);
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return group;
  } catch (cause) {
    throw notStarted(attempt, await whyNotStarted(attempt, cause), cause);
  } finally {
    await outputs.release();
  }
};

function notStarted({ command }: Attempt, why: string, cause?: unknown): OchoError {
  return new OchoError(`cannot start "${command[0]}": ${why}`, { code: 'POD_REFUSED', cause });
}

function variable(mark: string): Record<string, string> {
  const end = mark.indexOf('=');
  return { [mark.slice(0, end)]: mark.slice(end + 1) };
}

function groupOf(child: ChildProcess, mark: string): ProcessGroup {
  const family: Family & { pgid: number } = { pgid: child.pid as number, mark }; // unless it could not be spawned
  // An empty group's number may be given to somebody else: once seen empty, never signal it again.
  let empty = false;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      empty = !signalled(-family.pgid, 0);
      resolve({ code, signal });
    });
  });
  child.on('error', () => {}); // a signal that could not be sent is no news: the exit tells
  return {
    pid: family.pgid,
    exited,
    signal: async (name, whom = 'everybody') => {
      if (whom === 'child') child.kill(name);
      else if (!empty) empty = !signalled(-family.pgid, name);
      if (whom === 'everybody') await signalStrays(family, name);
    },
    isGone: async () => {
      if (!empty) empty = !signalled(-family.pgid, 0);
      const members = await livingMembers(family);
      return members === undefined ? empty : members.length === 0;
    },
  };
}

/** Those that left the group. */
async function signalStrays(family: Family, name: NodeJS.Signals): Promise<void> {
  for (const { pid, inGroup } of (await livingMembers(family)) ?? []) if (!inGroup) signalled(pid, name);
}

/** @returns whether there was anybody to signal */
export function signalled(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, name);
  } catch (error) {
    // Those that changed their user are there, and cannot be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
