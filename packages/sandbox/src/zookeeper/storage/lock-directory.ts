import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { OchoError } from 'ochopod-core';
import { startTicksOf } from 'ochopod-core/process';

/** Whose a directory is: a process number may be given to another process, never with the same beginning. */
interface Owner {
  readonly pid: number;
  /** In clock ticks since boot; empty where there is no `/proc`. */
  readonly startTicks: string;
}

/**
 * Take a directory for this process alone, also from one that died without letting go of it.
 *
 * @returns lets go of it
 * @throws {OchoError} `CONFLICT` naming the process that has it
 */
export async function lockDirectory(path: string): Promise<() => Promise<void>> {
  const lock = join(path, 'lock');
  const mine = JSON.stringify({ pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? '' });
  for (;;) {
    if (await place(lock, mine)) return () => rm(lock, { force: true });
    const text = await readIfThere(lock);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (owner !== undefined && (await isAlive(owner))) throw taken(path, owner);
    await clearAway(lock, text);
  }
}

/** As a whole or not at all: nobody reads half of it. @returns whether it was not there before */
async function place(lock: string, text: string): Promise<boolean> {
  const draft = `${lock}.${randomUUID()}`;
  try {
    await writeFile(draft, text);
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Another process may have cleared it away and placed its own since we looked: that one goes back. */
async function clearAway(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== stale) await place(lock, moved);
  await rm(aside, { force: true });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  const [, pid, startTicks] = /^\{"pid":(\d+),"startTicks":"(\d*)"\}$/.exec(text) ?? [];
  return pid === undefined || startTicks === undefined ? undefined : { pid: Number(pid), startTicks };
}

async function isAlive({ pid, startTicks }: Owner): Promise<boolean> {
  if (startTicks !== '') return (await startTicksOf(pid)) === startTicks;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function taken(path: string, { pid }: Owner): OchoError {
  return new OchoError(`process ${pid} uses ${path}`, {
    code: 'CONFLICT',
    hint: 'End it first, or choose another directory.',
    details: { pid, directory: path },
  });
}
