import { type DeadlineOptions, isOchoError, OchoError, type OchoErrorOptions, withDeadline } from 'ochopod-core';
import type { Consent } from 'ochopod-fleet';

import type { CliContext, Io } from './context.ts';

/** What somebody is asked before it is done. */
export interface Question {
  /** What would be changed, a line each. */
  readonly facts: readonly string[];
  /** To be answered with yes or no. */
  readonly text: string;
}

export interface Asking<Prospect> {
  /** How long somebody may think about it. */
  readonly timeoutMs: number;
  /** Nothing where there is nothing to ask. */
  readonly questionOf: (prospect: Prospect) => Question | undefined;
}

/**
 * Consent that is asked for at the terminal. What is done with it has all of its time from the answer on.
 *
 * @returns nothing where nobody can be asked
 */
export function consentFrom<Prospect>(
  { io, clock, signal }: Pick<CliContext, 'io' | 'clock' | 'signal'>,
  { timeoutMs, questionOf }: Asking<Prospect>,
): Consent<Prospect> | undefined {
  const { confirm } = io;
  if (confirm === undefined) return undefined;
  return async (prospect) => {
    const question = questionOf(prospect);
    if (question === undefined) return;
    for (const fact of question.facts) io.err.line(`  ${fact}`);
    const agreed = await untilAnswered(confirm, { text: question.text, clock, ms: timeoutMs, parent: signal });
    if (!agreed) throw unchanged('the answer was no', { code: 'INVALID_INPUT' });
  };
}

interface Waiting extends Omit<DeadlineOptions, 'what'> {
  readonly text: string;
}

async function untilAnswered(confirm: NonNullable<Io['confirm']>, { text, ...limits }: Waiting): Promise<boolean> {
  let asked: Promise<unknown> = Promise.resolve();
  try {
    return await withDeadline({ ...limits, what: 'the answer' }, (signal) => {
      const answer = confirm(text, signal);
      asked = answer;
      return answer;
    });
  } catch (error) {
    // Nothing is written before the terminal is as it was.
    await asked.catch(() => {});
    if (isOchoError(error, 'TIMEOUT')) throw unchanged('nobody answered in time', { code: 'TIMEOUT', cause: error });
    if (isOchoError(error, 'INTERRUPTED')) throw unchanged(error.message, { code: 'INTERRUPTED', cause: error });
    throw error;
  }
}

function unchanged(why: string, options: OchoErrorOptions): OchoError {
  return new OchoError(`${why}: nothing was changed`, options);
}
