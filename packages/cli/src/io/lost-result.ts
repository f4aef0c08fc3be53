import { writeSync } from 'node:fs';

import { messageOf, visible } from 'ochopod-core';

import { UNWRITTEN_EXIT_CODE } from '../exit-codes.ts';

export interface LostResult {
  /** What the command ended with. */
  readonly exitCode: number;
  /** How to say it, in one line. */
  readonly message: string;
}

/**
 * What to say, and what to end with, when the result of a command could not be written. What was asked for is not undone by
 * that; a reader who went away has seen enough.
 *
 * @param exitCode what the command would have ended with
 */
export function lostResult(failure: unknown, exitCode: number): LostResult | undefined {
  if (isReaderGone(failure)) return undefined;
  const why = `its result could not be written: ${messageOf(failure)}`;
  if (exitCode !== 0) return { exitCode, message: `error: it failed, and ${why}` };
  return { exitCode: UNWRITTEN_EXIT_CODE, message: `error: what was asked for is done, but ${why}` };
}

let whyLost: unknown;

/**
 * Have it told that this process could not write its result, whoever found out: a command, or the framework, which prints
 * help by itself. Told once and at the very end, since what is written arrives late.
 */
export function tellAtExit(failure: unknown): void {
  if (whyLost !== undefined) return;
  whyLost = failure;
  process.once('exit', () => {
    const told = lostResult(failure, Number(process.exitCode ?? 0));
    if (told === undefined) return;
    process.exitCode = told.exitCode;
    try {
      writeSync(STDERR, `${visible(told.message)}\n`);
    } catch {
      // It has gone the same way.
    }
  });
}

const STDERR = 2;

/** `ocho ... | head` */
export function isReaderGone(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'EPIPE';
}
