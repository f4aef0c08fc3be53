import { setMaxListeners } from 'node:events';

import { OchoError } from 'ochopod-core';

import { isReaderGone } from './lost-result.ts';

/** The process, as far as it is told to end. */
export type Endable = Pick<NodeJS.Process, 'once' | 'exit'>;

export interface Signals {
  /** Aborts on the first Ctrl-C; the second ends the process at once. */
  readonly interrupted: AbortSignal;
  /** @returns aborts on Ctrl-C and, from now on, on SIGTERM, SIGHUP and a reader that goes away */
  endsInOrder(): AbortSignal;
}

/** @param lost aborts when results cannot be written any more */
export function createSignals(host: Endable, lost: AbortSignal): Signals {
  const interrupted = new AbortController();
  const ended = new AbortController();
  // One signal is heard by every request of a fan-out.
  setMaxListeners(0, interrupted.signal);
  let inOrder = false;
  host.once('SIGINT', () => {
    interrupted.abort(interruption('interrupted'));
    ended.abort(interrupted.signal.reason);
  });
  lost.addEventListener('abort', () => {
    if (inOrder) return ended.abort(interruption('nobody reads what it prints'));
    // Whoever read our results has seen enough.
    if (isReaderGone(lost.reason)) host.exit();
  });
  return {
    interrupted: interrupted.signal,
    endsInOrder: () => {
      if (inOrder) return ended.signal;
      inOrder = true;
      for (const name of ['SIGTERM', 'SIGHUP'] as const) {
        host.once(name, () => ended.abort(interruption(`told to end by ${name}`)));
      }
      return ended.signal;
    },
  };
}

function interruption(message: string): OchoError {
  return new OchoError(message, { code: 'INTERRUPTED' });
}
