import { rm, rmdir } from 'node:fs/promises';

import type { SandboxPaths } from './sandbox-paths.ts';

/** Remove what a sandbox left that crashed; its log stays, and its claim is whose it is. */
export async function removeLeftovers({ state, socket, marathon }: SandboxPaths): Promise<void> {
  for (const path of [state, socket, marathon]) await rm(path, { recursive: true, force: true });
}

/** Remove all that a sandbox keeps. The claim goes last: from then on the directory may be another one's. */
export async function removeSandbox(paths: SandboxPaths): Promise<void> {
  await removeLeftovers(paths);
  await rm(paths.log, { force: true });
  await rm(paths.claim, { force: true });
  await rmdir(paths.directory).catch(() => {}); // another one's by now
}
