import type { Clock } from 'ochopod-core';
import { type ProcessExit, type SpawnRequest, spawnProcess, stopProcess } from 'ochopod-core/process';

export interface AskedCommand {
  readonly exit: ProcessExit;
  /** Settles when whatever it spawned is gone: nothing that its answer has to wait for. */
  readonly gone: Promise<unknown>;
}

/** Run a command for its exit; when it is late it is killed, with whatever it spawned. */
export async function askCommand(
  request: Pick<SpawnRequest, 'command' | 'env' | 'cwd' | 'as'>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<AskedCommand> {
  const group = await spawnProcess(request);
  const stop = () => stopProcess(group, { clock, graceMs: 0, soft: false, ask: async () => {} });
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const exit = await group.exited;
  signal.removeEventListener('abort', onAbort);
  return { exit, gone: stop() };
}
