import { maskText, OchoError, onAbort } from 'ochopod-core';
import { ENDING_SIGNALS } from 'ochopod-core/process';

import type { Io } from '../context.ts';
import { visibleLine } from '../text/visible.ts';

export interface ConfirmStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard error is a terminal on which lines can be written again. */
  readonly canRewrite: boolean;
  /** Wipe what passes at the end of the terminal. */
  wipe(): void;
}

/** Asks at the terminal; nothing where nobody can be sitting there. */
export function createConfirm({ stdin, stderr, env, canRewrite, wipe }: ConfirmStreams): Io['confirm'] {
  if (stdin.isTTY !== true || !canRewrite || (env['CI'] ?? '') !== '') return undefined;
  return async (question, signal) => {
    const { default: confirm } = await import('@inquirer/confirm');
    const prompt = { message: visibleLine(maskText(question)), default: false };
    let answer: boolean | undefined;
    while (answer === undefined) {
      signal.throwIfAborted();
      wipe();
      answer = await oneRound(stdin, signal, (either) =>
        confirm(prompt, { input: stdin, output: stderr, signal: either }),
      );
    }
    return answer;
  };
}

/** @returns nothing when it is to be asked again */
async function oneRound(
  stdin: NodeJS.ReadStream,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<boolean>,
): Promise<boolean | undefined> {
  const round = new AbortController();
  const stops = [onAbort(signal, () => round.abort()), onEnd(stdin, () => round.abort()), staying()];
  const forget = [...stops, onReturn(() => round.abort(RETURNED))];
  try {
    return await ask(round.signal);
  } catch (error) {
    signal.throwIfAborted();
    return round.signal.reason === RETURNED ? undefined : withoutAnswer(error);
  } finally {
    for (const each of forget) each();
  }
}

const RETURNED = Symbol('returned');

/** After Ctrl-Z and `fg` the prompt is neither to be seen, nor does it hear anything. */
function onReturn(call: () => void): () => void {
  process.on('SIGCONT', call);
  return () => process.off('SIGCONT', call);
}

/** The prompt goes deaf at the end of its input, and would never be settled. */
function onEnd(stdin: NodeJS.ReadStream, call: () => void): () => void {
  const onKey = (_text: unknown, key?: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key?.ctrl === true && key.name === 'd') call();
  };
  stdin.on('keypress', onKey).on('end', call);
  return () => stdin.off('keypress', onKey).off('end', call);
}

/**
 * The prompt hands a signal on to the system when it is the last to listen to it, with the terminal as it has made it: we,
 * who hear the first one only, go on listening.
 */
function staying(): () => void {
  const stay = () => {};
  for (const name of ENDING_SIGNALS) process.on(name, stay);
  return () => {
    for (const name of ENDING_SIGNALS) process.off(name, stay);
  };
}

/** @returns no at the end of the input @throws {OchoError} `INTERRUPTED` on Ctrl-C */
function withoutAnswer(error: unknown): false {
  if (error instanceof Error && error.name === 'AbortPromptError') return false;
  if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
  throw new OchoError('interrupted', { code: 'INTERRUPTED', cause: error });
}
