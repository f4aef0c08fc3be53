import { homedir } from 'node:os';
import { join } from 'node:path';

import { onAbort, systemClock } from 'ochopod-core';

import type { CliContext } from './context.ts';
import { createConfirm } from './io/confirm.ts';
import { createHistoryFile, historyPath } from './io/history-file.ts';
import { lazyPods } from './io/lazy-pods.ts';
import { createLineInput } from './io/line-input.ts';
import { localFiles } from './io/local-files.ts';
import { tellAtExit } from './io/lost-result.ts';
import { connectForLooking, Registries } from './io/registries.ts';
import { createSandboxes } from './io/sandboxes.ts';
import { Schedulers } from './io/schedulers.ts';
import { createSignals } from './io/signals.ts';
import { stateHome } from './io/state-home.ts';
import { createOutputs } from './io/terminal.ts';
import { Unwaiting } from './io/unwaiting.ts';

/** For whoever reads the last lines; who has not by then, does not. */
const LAST_WORDS_MS = 1000;

/** The real world, for `ocho` as a process. The first signal to end aborts; the second ends the process at once. */
export function createCliContext(): CliContext {
  const { stdin, stdout, stderr } = process;
  const { env } = process;
  const clock = systemClock;
  const unwaiting = new Unwaiting(clock);
  const outputs = createOutputs({ stdout, stderr, env, openWriter: (fd, onGone) => unwaiting.open(fd, onGone) });
  const signals = createSignals(process, outputs.lost);
  onAbort(outputs.lost, () => tellAtExit(outputs.lost.reason));
  const registries = new Registries(connectForLooking(clock), clock);
  const schedulers = new Schedulers({ env, files: localFiles, clock });
  const pods = lazyPods(async () => {
    const { createControlClient } = await import('ochopod-core/control-client');
    return createControlClient({ clock });
  });
  return {
    io: {
      ...outputs,
      input: createLineInput({ stdin, stdout }),
      confirm: createConfirm({
        ...{ stdin, stderr, env, canRewrite: outputs.err.isTty },
        wipe: () => outputs.status(undefined),
      }),
      setExitCode: (code) => {
        process.exitCode = code;
      },
    },
    clock,
    wallTime: () => performance.timeOrigin + performance.now(),
    files: localFiles,
    history: createHistoryFile(historyPath(env, homedir())),
    pods,
    registryOf: (target) => registries.of(target),
    schedulerOf: (target) => schedulers.of(target),
    sandboxes: createSandboxes({ home: join(stateHome(env, homedir()), 'ochopod', 'sandbox'), clock }),
    signal: signals.interrupted,
    endsInOrder: () => signals.endsInOrder(),
    close: async () => {
      pods.close();
      schedulers.close();
      await registries.close();
      await unwaiting.settled(LAST_WORDS_MS);
    },
  };
}
