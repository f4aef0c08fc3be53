import { mkdir } from 'node:fs/promises';

import { isOchoError, messageOf, OchoError } from 'ochopod-core';

import type { SandboxPaths } from './sandbox-paths.ts';

/**
 * Make the directory of a sandbox, that only its owner can enter, unless it is there.
 *
 * @throws {OchoError} `DENIED` when there can be none
 */
export async function makeDirectory({ directory }: Pick<SandboxPaths, 'directory'>): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(directory, error);
  }
}

/** Why a sandbox cannot keep its files: a disk that is full or read-only, a file in the way. */
export function unusable(directory: string, cause: unknown): OchoError {
  if (isOchoError(cause)) return cause;
  return new OchoError(`the sandbox cannot keep its files in ${directory}: ${messageOf(cause)}`, {
    code: 'DENIED',
    hint: 'Point XDG_STATE_HOME to a directory that you can write to.',
    cause,
  });
}
