import { type Clock, isOchoError, OchoError, withDeadline } from 'ochopod-core';

import { claim } from './claim.ts';
import { untilEnded } from './control-client.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import { removeSandbox } from './remove-sandbox.ts';
import type { FoundSandbox } from './sandbox-state.ts';
import { systemParts } from './system-parts.ts';

export interface StopSandboxOptions {
  /** How long it may take to end in order. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** By itself when asked, killed when it did not, or cleaned up after a crash. */
export type SandboxEnd = 'ended' | 'killed' | 'cleaned up';

/** What stopping takes of the system; tests have their own. */
export interface StopParts {
  readonly clock: Clock;
  endOrphans(directory: string): Promise<readonly string[]>;
  signal(pid: number, name: NodeJS.Signals): void;
}

/**
 * End a sandbox and whatever it runs, and leave nothing of it.
 *
 * @throws {OchoError} `TIMEOUT` when even what was killed does not go, `DENIED` when it is somebody else's
 */
export async function stopSandbox(
  { paths, holder, condition, name }: FoundSandbox,
  { timeoutMs, signal }: StopSandboxOptions,
  parts: StopParts = STOP_PARTS,
): Promise<SandboxEnd> {
  if (condition === 'crashed') {
    await cleanUp({ paths, parts });
    return 'cleaned up';
  }
  const waiting = { holder, socket: paths.socket, clock: parts.clock, signal, name };
  const ended = untilGone({ ...waiting, ms: timeoutMs });
  ended.catch(() => {}); // heard below, unless it cannot even be asked
  parts.signal(holder.pid, 'SIGTERM');
  try {
    await ended;
    return 'ended';
  } catch (error) {
    if (!isOchoError(error, 'TIMEOUT')) throw error;
  }
  parts.signal(holder.pid, 'SIGKILL');
  await untilGone({ ...waiting, ms: BURIAL_MS });
  await cleanUp({ paths, parts });
  return 'killed';
}

/** Remove what a sandbox left that is no more, unless another one took its place meanwhile, which did that itself. */
async function cleanUp({ paths, parts }: { readonly paths: FoundSandbox['paths']; readonly parts: StopParts }) {
  try {
    await claim(paths);
  } catch (error) {
    if (isOchoError(error, 'CONFLICT')) return;
    throw error;
  }
  await parts.endOrphans(paths.marathon);
  await removeSandbox(paths);
}

interface Waiting {
  readonly holder: ProcessIdentity;
  readonly socket: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly name: string;
  readonly ms: number;
}

/** How long the system may take to bury what was killed. */
const BURIAL_MS = 5000;
const FIRST_LOOK_MS = 5;
const LAST_LOOK_MS = 200;

/** The end of the sandbox is told by its socket; that of its process, a moment later, has to be looked for. */
async function untilGone({ holder, socket, clock, signal: parent, name, ms }: Waiting): Promise<void> {
  await withDeadline({ clock, ms, what: `ending the sandbox "${name}"`, parent }, async (signal) => {
    await untilEnded({ socket, signal });
    for (let look = FIRST_LOOK_MS; await isRunning(holder); look = Math.min(look * 1.5, LAST_LOOK_MS)) {
      await clock.sleep(look, signal);
    }
  });
}

const STOP_PARTS: StopParts = {
  clock: systemParts.clock,
  endOrphans: systemParts.endOrphans,
  signal: (pid, name) => {
    try {
      process.kill(pid, name);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ESRCH') return; // gone already
      throw new OchoError(`cannot end process ${pid}: it is somebody else's`, { code: 'DENIED', cause });
    }
  },
};
