import { readdir } from 'node:fs/promises';

import * as v from 'valibot';

import { holderOf } from './claim.ts';
import { readJson } from './json-file.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import type { SandboxState } from './sandbox.ts';
import { type SandboxPaths, sandboxPaths } from './sandbox-paths.ts';

const STATE = v.object({
  name: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startTicks: v.string(),
  zookeeper: v.string(),
  marathon: v.string(),
  directory: v.string(),
});

/** What is found of a sandbox by its files. */
export interface FoundSandbox {
  readonly name: string;
  /**
   * - `running`: both servers answer
   * - `starting`: its process runs
   * - `crashed`: its process is gone, and did not end in order
   */
  readonly condition: 'running' | 'starting' | 'crashed';
  readonly paths: SandboxPaths;
  /** Whose it is or was. */
  readonly holder: ProcessIdentity;
  /** Only when it runs. */
  readonly state: SandboxState | undefined;
}

/** @returns nothing when there is no such sandbox. @throws {OchoError} `INVALID_INPUT` for an impossible name */
export async function findSandbox(home: string, name: string): Promise<FoundSandbox | undefined> {
  const paths = sandboxPaths({ home, name });
  const holder = await holderOf(paths);
  if (holder === undefined) return undefined;
  const found = { name, paths, holder };
  if (!(await isRunning(holder))) return { ...found, condition: 'crashed', state: undefined };
  const state = await readJson(paths.state, STATE);
  if (state?.pid !== holder.pid) return { ...found, condition: 'starting', state: undefined };
  return { ...found, condition: 'running', state };
}

/** Every sandbox that has its files there, by name. */
export async function listSandboxes(home: string): Promise<readonly FoundSandbox[]> {
  const names = await namesIn(home);
  const found = await Promise.all(names.sort().map((name) => findSandbox(home, name).catch(() => undefined)));
  return found.filter((sandbox) => sandbox !== undefined);
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []); // there is none
}
