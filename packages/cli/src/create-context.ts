import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';

import { OchoError, systemClock } from 'ochopod-core';

import type { CliContext } from './context.ts';
import { createHistoryFile, historyPath } from './io/history-file.ts';
import { lazyPods } from './io/lazy-pods.ts';
import { createLineInput } from './io/line-input.ts';
import { localFiles } from './io/local-files.ts';
import { connectForLooking, Registries } from './io/registries.ts';
import { createIo } from './io/terminal.ts';

/** The real world, for `ocho` as a process. The first Ctrl-C aborts; the second ends the process at once. */
export function createCliContext(): CliContext {
  const { stdin, stdout, stderr } = process;
  const { env } = process;
  endQuietlyWithoutReader(stdout);
  const clock = systemClock;
  const registries = new Registries(connectForLooking(clock));
  const pods = lazyPods(async () => {
    const { createControlClient } = await import('ochopod-core/control-client');
    return createControlClient({ clock });
  });
  return {
    io: createIo({
      stdin: createLineInput({ stdin, stdout }),
      stdout,
      stderr,
      env,
      setExitCode: (code) => {
        process.exitCode = code;
      },
    }),
    clock,
    files: localFiles,
    history: createHistoryFile(historyPath(env, homedir())),
    pods,
    registryOf: (target) => registries.of(target),
    signal: abortOnInterrupt(),
    close: async () => {
      pods.close();
      await registries.close();
    },
  };
}

function abortOnInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  // One signal is heard by every request of a fan-out.
  setMaxListeners(0, interrupted.signal);
  process.once('SIGINT', () => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
  return interrupted.signal;
}

/** `ocho ... | head`: whoever read our results has seen enough. */
function endQuietlyWithoutReader(stdout: NodeJS.WriteStream): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
