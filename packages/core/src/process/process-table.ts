import { readdir, readFile } from 'node:fs/promises';

import { shareLook } from './share-look.ts';

/** The mark by which processes are recognised that left the group they were born in. */
export interface Family {
  /** Process group and session; without it only the mark counts. */
  readonly pgid?: number | undefined;
  /** `NAME=value`, part of the environment that every descendant inherits unless it clears it. */
  readonly mark: string;
}

export interface Member {
  readonly pid: number;
  /** Whether a signal to the group reaches it. */
  readonly inGroup: boolean;
}

/**
 * The members of a family that are alive, zombies left out: those that wait for a parent which never reaps are
 * no reason to wait.
 *
 * @returns nothing where there is no `/proc`: there only the group as a whole can be asked after
 */
export async function livingMembers(family: Family): Promise<readonly Member[] | undefined> {
  const processes = await everyProcess();
  return processes?.flatMap((each) => memberOf(family, each) ?? []);
}

/** What is told of a process that is alive. */
interface Seen {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  /** `NAME=value`; nothing where we may not look. */
  readonly environment: readonly string[];
}

/** Slow, and often many want to know at once. */
const everyProcess = shareLook(async (): Promise<readonly Seen[] | undefined> => {
  const pids = await everyPid();
  if (pids === undefined) return undefined;
  const seen: Seen[] = [];
  for (let at = 0; at < pids.length; at += AT_ONCE) {
    const found = await Promise.all(pids.slice(at, at + AT_ONCE).map(lookAt));
    seen.push(...found.filter((each) => each !== undefined));
  }
  return seen;
});

/** Files open at once: a file that cannot be opened for want of descriptors would pass for a process that is gone. */
const AT_ONCE = 64;

async function everyPid(): Promise<number[] | undefined> {
  try {
    const names = await readdir('/proc');
    const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
    return pids.length === 0 ? undefined : pids;
  } catch {
    return undefined; // no such file system here
  }
}

function memberOf({ pgid, mark }: Family, { pid, group, session, environment }: Seen): Member | undefined {
  const inGroup = group === pgid;
  return inGroup || session === pgid || environment.includes(mark) ? { pid, inGroup } : undefined;
}

async function lookAt(pid: number): Promise<Seen | undefined> {
  const [state, , group, session] = await statOf(pid);
  if (state === undefined || state === 'Z' || state === 'X') return undefined;
  const environment = (await readProc(pid, 'environ'))?.split('\0') ?? [];
  return { pid, group: Number(group), session: Number(session), environment };
}

/**
 * When a process began, in clock ticks since boot: with it a number is told from the same number given again.
 *
 * @returns nothing for one that is gone, or waits to be buried, and where there is no `/proc`
 */
export async function startTicksOf(pid: number): Promise<string | undefined> {
  const fields = await statOf(pid);
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[START_TICKS];
}

const START_TICKS = 19;

/** What stands after the name of the program, which stands in parentheses and may hold any character. */
async function statOf(pid: number): Promise<readonly (string | undefined)[]> {
  const stat = await readProc(pid, 'stat');
  return stat === undefined ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Processes end while we look, and some are none of our business. */
async function readProc(pid: number, file: 'stat' | 'environ'): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
