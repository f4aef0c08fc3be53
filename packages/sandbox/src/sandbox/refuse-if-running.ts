import { OchoError } from 'ochopod-core';

import type { SandboxOptions } from './sandbox.ts';
import { findSandbox } from './sandbox-state.ts';

/** @throws {OchoError} `CONFLICT` when a sandbox of that name runs, or is starting */
export async function refuseIfRunning({ home, name }: Pick<SandboxOptions, 'home' | 'name'>): Promise<void> {
  const found = await findSandbox(home, name);
  if (found === undefined || found.condition === 'crashed') return;
  const { pid } = found.holder;
  const { state } = found;
  const where =
    state === undefined ? 'it is starting' : `ZooKeeper at ${state.zookeeper}, Marathon at ${state.marathon}`;
  throw new OchoError(`the sandbox "${name}" runs already, as process ${pid}: ${where}`, {
    code: 'CONFLICT',
    hint: `Take another --name, or end it: ocho sandbox down --name ${name}.`,
    details: { pid, ...state },
  });
}
