import { OchoError } from 'ochopod-core';
import { ENDING_SIGNALS } from 'ochopod-core/process';

import { isReaderGone } from './lost-result.ts';

/** The process, as far as it is told to end. */
export type Endable = Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;

export interface Signals {
  /** Aborts on the first signal that ends programs: Ctrl-C, SIGTERM, SIGHUP... The next one ends the process at once. */
  readonly interrupted: AbortSignal;
  /** From now on no signal ends the process by itself, nor does a reader that goes away. */
  endsInOrder(): Ending;
}

/** Of a command that must not leave anything behind. */
export interface Ending {
  /** It is told to end. */
  readonly told: AbortSignal;
  /** It is told again: whatever takes its time must take it no longer. */
  readonly insisted: AbortSignal;
}

/** @param lost aborts when results cannot be written any more */
export function createSignals(host: Endable, lost: AbortSignal): Signals {
  const interrupted = new AbortController();
  const told = new AbortController();
  const insisted = new AbortController();
  let inOrder = false;
  const hear = (name: NodeJS.Signals) => {
    if (told.signal.aborted) insisted.abort(interruption(`told again by ${name}`));
    interrupted.abort(interruption(name === 'SIGINT' ? 'interrupted' : `told to end by ${name}`));
    told.abort(interrupted.signal.reason);
    if (!inOrder) for (const each of ENDING_SIGNALS) host.off(each, hear); // the next one is the system's
  };
  for (const name of ENDING_SIGNALS) host.on(name, hear);
  lost.addEventListener('abort', () => {
    if (inOrder) return told.abort(interruption('nobody reads what it prints'));
    // Whoever read our results has seen enough.
    if (isReaderGone(lost.reason)) host.exit();
  });
  return {
    interrupted: interrupted.signal,
    endsInOrder: () => {
      inOrder = true;
      return { told: told.signal, insisted: insisted.signal };
    },
  };
}

function interruption(message: string): OchoError {
  return new OchoError(message, { code: 'INTERRUPTED' });
}
