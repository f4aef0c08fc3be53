import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { OchoError } from '../errors.ts';

import { livingMembers } from './process-table.ts';

/** A child process and everything it spawned. */
export interface ProcessGroup {
  readonly pid: number;
  /** Resolves when the child itself is gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** Signal everybody in the group; a group that is gone is left alone. */
  signal(name: NodeJS.Signals): Promise<void>;
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
  /** Receives both outputs; without it they are the agent's own. */
  readonly onOutput?: (output: Readable) => void;
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
  const mark = randomUUID();
  const child = await started(request, mark);
  if (request.onOutput !== undefined) {
    for (const output of [child.stdout, child.stderr]) if (output !== null) request.onOutput(output);
  }
  return groupOf(child, `${MARK}=${mark}`);
};

async function started({ command, env, cwd, onOutput }: SpawnRequest, mark: string): Promise<ChildProcess> {
  const [file, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const output = onOutput === undefined ? 'inherit' : 'pipe';
  try {
    const child = spawn(file as string, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...env, [MARK]: mark },
      ...(cwd === undefined ? {} : { cwd }),
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } catch (cause) {
    throw new OchoError(await whyNot(file as string, { cwd, cause }), { code: 'POD_REFUSED', cause });
  }
}

/** The system reports a missing directory as a missing program. */
async function whyNot(file: string, { cwd, cause }: { cwd: string | undefined; cause: unknown }): Promise<string> {
  const code = (cause as NodeJS.ErrnoException).code;
  if (cwd !== undefined && !(await isDirectory(cwd))) return `cannot start "${file}": there is no directory ${cwd}`;
  if (code === 'ENOENT') return `cannot start "${file}": there is no such executable`;
  if (code === 'EACCES') return `cannot start "${file}": it is not executable`;
  return `cannot start "${file}": ${cause instanceof Error ? cause.message : String(cause)}`;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function groupOf(child: ChildProcess, mark: string): ProcessGroup {
  const family = { pgid: child.pid as number, mark }; // it was spawned, so it has a number
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
    signal: async (name) => {
      if (!empty) empty = !signalled(-family.pgid, name);
      for (const { pid, inGroup } of (await livingMembers(family)) ?? []) if (!inGroup) signalled(pid, name);
    },
    isGone: async () => {
      if (!empty) empty = !signalled(-family.pgid, 0);
      const members = await livingMembers(family);
      return members === undefined ? empty : members.length === 0;
    },
  };
}

/** @returns whether there was anybody to signal */
function signalled(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, name);
  } catch (error) {
    // Those that changed their user are there, and cannot be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
