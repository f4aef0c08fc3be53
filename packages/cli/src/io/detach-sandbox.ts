import { type ChildProcess, spawn } from 'node:child_process';
import { access, type FileHandle, open, rm, rmdir } from 'node:fs/promises';

import { type Clock, OchoError, withDeadline } from 'ochopod-core';
import { describeExit } from 'ochopod-core/process';
import { makeDirectory, type SandboxPaths, type SandboxState } from 'ochopod-sandbox';

import type { Announcement, NewSandbox } from '../context.ts';

export interface Detaching {
  readonly sandbox: NewSandbox;
  readonly paths: SandboxPaths;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** It starts within a second or two; reading much data from a slow disk takes longer. */
const READY_MS = 120_000;
const LAST_LINES = 12;
const MOST_BYTES = 100_000;

/**
 * Run `ocho sandbox up` in a process and session of its own, its output in the sandbox's log.
 *
 * @returns when it says that both servers answer
 * @throws {OchoError} as it does itself; `UNREACHABLE` with the last lines of its log when it dies, `TIMEOUT`, and
 *   `signal.reason` when told to stop
 */
export async function detachSandbox({ sandbox, paths, clock, signal: parent }: Detaching): Promise<SandboxState> {
  await makeDirectory(paths);
  const log = await open(paths.log, 'a+', 0o600);
  const { size: begin } = await log.stat();
  const child = spawn(process.execPath, [...process.execArgv, ochoItself(), 'sandbox', 'up', ...upFlags(sandbox)], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  try {
    const limits = { clock, ms: READY_MS, what: 'starting the sandbox', parent };
    return await withDeadline(limits, () => ready(child));
  } catch (error) {
    child.kill('SIGTERM');
    await removeUnused(paths);
    if (error instanceof EarlyEnd) throw await explained(error, { log, begin });
    throw error;
  } finally {
    await log.close();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/** The program that this process runs. */
function ochoItself(): string {
  return process.argv[1] ?? '';
}

function upFlags({ zkPort, marathonPort, imagesFile, ...plain }: NewSandbox): string[] {
  const flags = { ...plain, 'zk-port': zkPort, 'marathon-port': marathonPort, images: imagesFile };
  return Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}=${value}`]));
}

function ready(child: ChildProcess): Promise<SandboxState> {
  return new Promise((resolve, reject) => {
    child.once('message', (told: Announcement) => {
      if ('state' in told) return resolve(told.state);
      const { message, ...failure } = told.error;
      reject(new OchoError(message, failure));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const over = () => reject(new EarlyEnd(describeExit({ code, signal })));
      // What it said last may still be on its way.
      if (child.connected) child.once('disconnect', over);
      else over();
    });
  });
}

class EarlyEnd extends Error {}

interface Logged {
  readonly log: FileHandle;
  /** Where the part of this start begins. */
  readonly begin: number;
}

async function explained(end: EarlyEnd, { log, begin }: Logged): Promise<OchoError> {
  const { size } = await log.stat();
  const { buffer, bytesRead } = await log.read(Buffer.alloc(Math.min(size - begin, MOST_BYTES)), { position: begin });
  const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-LAST_LINES);
  const said = lines.map((line) => `\n  ${line}`).join('');
  return new OchoError(`the sandbox ${end.message} before its servers answered; its log ends with:${said}`, {
    code: 'UNREACHABLE',
    cause: end,
  });
}

/** What was made for one that never came to be. */
async function removeUnused({ claim, log, directory }: SandboxPaths): Promise<void> {
  const isUsed = await access(claim).then(
    () => true,
    () => false,
  );
  if (isUsed) return;
  await rm(log, { force: true });
  await rmdir(directory).catch(() => {}); // somebody else's files are there
}
