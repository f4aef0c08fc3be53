import { type Clock, isOchoError, Wakeup } from 'ochopod-core';
import type { ApplicationStatus, Sandbox, SandboxState } from 'ochopod-sandbox';

import type { NewSandbox, Sandboxes } from '../context.ts';

export interface SandboxRun {
  readonly sandboxes: Sandboxes;
  readonly clock: Clock;
  /** Aborts when the sandbox is to end, in order. */
  readonly told: AbortSignal;
  /** Aborts when it must not take its time any more. */
  readonly insisted: AbortSignal;
  readonly sandbox: NewSandbox;
  /** Both servers answer. */
  onReady(state: SandboxState): void;
  /** How the applications are now; at first, and whenever that changed. */
  onApplications(applications: readonly ApplicationStatus[]): void;
  /** Something happened that nobody asked for. */
  onEvent(event: string): void;
  /** It ends now, for this reason. */
  onEnding(because: string): void;
}

/** What happens at once is shown at once. */
const GATHER_MS = 50;

/**
 * Run a sandbox in this process until it is told to end, and end it in order.
 *
 * @throws {OchoError} when it cannot be started
 */
export async function runSandbox(run: SandboxRun): Promise<void> {
  const sandbox = await started(run);
  try {
    run.onReady(sandbox.state);
    await run.sandboxes.announce({ state: sandbox.state });
    await showChanges(sandbox, { ...run, signal: run.told });
  } catch (error) {
    if (!isOchoError(error, 'INTERRUPTED')) throw error;
    run.onEnding(error.message);
  } finally {
    await closed(sandbox, run.insisted);
  }
}

async function closed(sandbox: Sandbox, insisted: AbortSignal): Promise<void> {
  const hurry = () => void sandbox.killTasks();
  insisted.addEventListener('abort', hurry, { once: true });
  if (insisted.aborted) hurry();
  await sandbox.close();
  insisted.removeEventListener('abort', hurry);
}

async function started({ sandboxes, sandbox, onEvent }: SandboxRun): Promise<Sandbox> {
  try {
    return await sandboxes.start(sandbox, onEvent);
  } catch (error) {
    if (isOchoError(error)) {
      const { code, message, hint } = error;
      await sandboxes.announce({ error: { code, message, ...(hint !== undefined && { hint }) } });
    }
    throw error;
  }
}

type Showing = Pick<SandboxRun, 'clock' | 'onApplications'> & { readonly signal: AbortSignal };

/** Never returns: it ends with the signal. */
async function showChanges(sandbox: Sandbox, { clock, onApplications, signal }: Showing): Promise<never> {
  const changed = new Wakeup();
  const deaf = sandbox.scheduler.events.listen(() => changed.wake());
  try {
    for (;;) {
      onApplications(sandbox.applications());
      await changed.next(signal);
      await clock.sleep(GATHER_MS, signal);
    }
  } finally {
    deaf();
  }
}
