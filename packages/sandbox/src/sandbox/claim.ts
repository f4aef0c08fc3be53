import * as v from 'valibot';

import { lockDirectory } from '../zookeeper/storage/lock-directory.ts';
import { readJson } from './json-file.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { makeDirectory, unusable } from './sandbox-home.ts';
import type { SandboxPaths } from './sandbox-paths.ts';

const HOLDER = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), startTicks: v.string() });

/**
 * Be the only process that has the sandbox, its directory made when it is missing; what a process left that is gone is
 * taken over.
 *
 * @throws {OchoError} `CONFLICT` when a living one has it, `DENIED` when no files can be kept there
 */
export async function claim(paths: SandboxPaths): Promise<void> {
  const { directory } = paths;
  for (;;) {
    await makeDirectory(paths);
    try {
      await lockDirectory(directory);
      return;
    } catch (error) {
      // Whoever ended just now took the directory away under our hands.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(directory, error);
    }
  }
}

/** Who has it, or had it and did not end in order. */
export function holderOf({ claim: path }: SandboxPaths): Promise<ProcessIdentity | undefined> {
  return readJson(path, HOLDER);
}
