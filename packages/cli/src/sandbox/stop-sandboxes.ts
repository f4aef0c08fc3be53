import { isOchoError } from 'ochopod-core';
import { type Concluded, type FailedTarget, type FailureReport, failureReport } from 'ochopod-fleet';
import type { FoundSandbox, SandboxEnd } from 'ochopod-sandbox';

import type { Sandboxes } from '../context.ts';

/** What `ocho sandbox down --json` prints, by sandbox. Fields may be added, never renamed. */
export type DownReport = Readonly<Record<string, Stopped>>;

interface Stopped {
  /** How it ended; nothing when it did not. */
  readonly end?: SandboxEnd | 'did not run';
  readonly error?: FailureReport;
}

export interface StopRequest {
  /** Which; nothing for all that there are. */
  readonly name: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** End sandboxes, all at once; one that does not run is as it should be. */
export async function stopSandboxes(
  sandboxes: Sandboxes,
  { name, timeoutMs, signal }: StopRequest,
): Promise<Concluded<DownReport>> {
  const found = name === undefined ? await sandboxes.list() : [await sandboxes.find(name)];
  const there = found.filter((sandbox) => sandbox !== undefined);
  if (name !== undefined && there.length === 0) {
    return { report: { [name]: { end: 'did not run' } }, tally: { expected: 0, failed: [] } };
  }
  const stopped = await Promise.all(
    there.map(async (sandbox) => [sandbox.name, await stop(sandboxes, sandbox, { timeoutMs, signal })] as const),
  );
  const failed = stopped.flatMap(([target, { error }]): FailedTarget[] =>
    error === undefined ? [] : [{ target, error }],
  );
  return { report: Object.fromEntries(stopped), tally: { expected: there.length, failed } };
}

async function stop(
  sandboxes: Sandboxes,
  sandbox: FoundSandbox,
  options: Parameters<Sandboxes['stop']>[1],
): Promise<Stopped> {
  try {
    return { end: await sandboxes.stop(sandbox, options) };
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return { error: failureReport(error) };
  }
}
