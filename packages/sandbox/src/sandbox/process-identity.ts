import { startTicksOf } from 'ochopod-core/process';

/** A process, told from any other that is given the same number later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in clock ticks since boot; empty on systems without `/proc`. */
  readonly startTicks: string;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? '' };
}

/** One that only waits for its parent to bury it runs no more. */
export async function isRunning({ pid, startTicks }: ProcessIdentity): Promise<boolean> {
  if (startTicks !== '') return (await startTicksOf(pid)) === startTicks;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
