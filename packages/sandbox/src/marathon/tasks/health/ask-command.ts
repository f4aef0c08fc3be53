import type { Clock } from 'ochopod-core';
import { type ProcessExit, type SpawnRequest, spawnProcess, stopProcess } from 'ochopod-core/process';

/** Run a command for its exit; whatever it spawned is gone afterwards, also when it is late. */
export async function askCommand(
  request: Pick<SpawnRequest, 'command' | 'env' | 'cwd' | 'as'>,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ProcessExit> {
  const group = await spawnProcess(request);
  const stop = () => stopProcess(group, { clock, graceMs: 0, soft: false, ask: async () => {} });
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await group.exited;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await stop();
  }
}
