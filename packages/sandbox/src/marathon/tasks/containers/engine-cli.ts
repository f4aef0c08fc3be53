import { execFile } from 'node:child_process';

import { OchoError } from 'ochopod-core';

import type { FoundEngine } from './find-engine.ts';

export interface CliAnswer {
  /** 0 when it did what it was asked. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of an engine for containers. */
export interface EngineCli extends FoundEngine {
  /** Variables of the engine's own processes. */
  readonly env: Readonly<Record<string, string>>;
  /** Ask it for something that ends. Never rejects. */
  run(args: readonly string[], extraEnv?: Readonly<Record<string, string>>): Promise<CliAnswer>;
}

const OUTPUT_LIMIT = 4 * 1024 * 1024;

/** @param env of the scheduler: engines find their settings, storage and helpers by it. Default: that of this process */
export function engineCli(found: FoundEngine, env?: Readonly<Record<string, string | undefined>>): EngineCli {
  const set = Object.entries(env ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = Object.fromEntries(set);
  return {
    ...found,
    env: own,
    run: (args, extraEnv = {}) =>
      new Promise((resolve) => {
        const options = { maxBuffer: OUTPUT_LIMIT, ...(env !== undefined && { env: { ...own, ...extraEnv } }) };
        execFile(found.path, args, options, (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : 1;
          resolve({ code: error === null ? 0 : code, stdout, stderr: stderr || (error?.message ?? '') });
        });
      }),
  };
}

/** @throws {OchoError} `POD_REFUSED` with what the engine said, unless it did it */
export function mustWork({ code, stdout, stderr }: CliAnswer, what: string): string {
  if (code === 0) return stdout.trim();
  throw new OchoError(`${what}: ${lastLines(stderr)}`, { code: 'POD_REFUSED' });
}

/** Engines say much before they say what went wrong. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(-1000);
}
