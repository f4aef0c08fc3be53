import { OchoError, visible } from 'ochopod-core';
import { advised } from '../advice.ts';

/** Where something stands; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong at one place, and what to do about it. */
export interface Problem extends Position {
  readonly message: string;
  /** One imperative sentence. */
  readonly hint?: string;
}

/** What was read, or everything that is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What a rule finds: a message, and a hint where it has one. */
export type Finding = Pick<Problem, 'message' | 'hint'>;

export function problemAt({ file, line, column }: Position, { message, hint }: Finding): Problem {
  return { file, line, column, message, ...(hint !== undefined && { hint }) };
}

/** `web.yml:3:5: ports.0: "x" is no port`, as compilers write it and editors find it. */
export function problemText({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** In the order in which they stand in each file. */
export function sorted(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
}

/** The value, or all the problems as one failure: `INVALID_INPUT`, with `details.problems`. */
export function valueOrThrow<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  const { problems } = checked;
  const lines = problems.map((problem) => {
    const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
    return `\n  ${visible(`${problemText(problem)}${hint}`)}`;
  });
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new OchoError(`${count} in what is to be deployed:${lines.join('')}`, {
    code: 'INVALID_INPUT',
    advice: advised({ to: 'see fields' }),
    details: { problems },
  });
}
