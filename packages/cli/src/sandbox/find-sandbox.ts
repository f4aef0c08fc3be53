import { OchoError } from 'ochopod-core';
import type { FoundSandbox, SandboxState } from 'ochopod-sandbox';

import type { Sandboxes } from '../context.ts';

/** One that runs. */
export interface RunningSandbox extends FoundSandbox {
  readonly state: SandboxState;
}

/** @throws {OchoError} `NOT_FOUND` saying whether it is starting, crashed or never was */
export async function runningSandbox(sandboxes: Sandboxes, name: string): Promise<RunningSandbox> {
  const found = await sandboxes.find(name);
  if (found?.state !== undefined) return { ...found, state: found.state };
  throw new OchoError(WHY_NOT[found?.condition ?? 'none'](name), {
    code: 'NOT_FOUND',
    hint: `Run \`ocho sandbox up${name === DEFAULT_SANDBOX ? '' : ` --name ${name}`}\`.`,
  });
}

export const DEFAULT_SANDBOX = 'default';

const WHY_NOT: Readonly<Record<FoundSandbox['condition'] | 'none', (name: string) => string>> = {
  none: (name) => `the sandbox "${name}" does not run`,
  starting: (name) => `the sandbox "${name}" is still starting`,
  running: (name) => `the sandbox "${name}" is not to be understood`,
  crashed: (name) => `the sandbox "${name}" has crashed; the next one ends what it left running`,
};
