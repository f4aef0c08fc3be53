import { Errors } from '@oclif/core';
import { type ErrorAdvice, type ErrorCode, isOchoError, type OchoError } from 'ochopod-core';
import type { Advice, FailedTarget } from 'ochopod-fleet';
import { nearest } from 'ochopod-fleet/words';

import { adviceText } from './advice.ts';

/** A failure as it is shown: on stderr in words, or as `{ "error": … }` with `--json`. */
export interface Explained {
  readonly code: ErrorCode | 'UNEXPECTED';
  readonly message: string;
  readonly hint?: string;
  /** The same as data. */
  readonly advice?: ErrorAdvice;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Put any failure of a command into words.
 *
 * @param command as typed, for the hint: `ocho on`
 * @returns `undefined` for what is no failure at all: an end that was asked for
 */
export function explain(error: Error, command: string): Explained | undefined {
  if (isOchoError(error)) return expected(error);
  if (error instanceof Errors.ExitError) return undefined;
  if (error instanceof Errors.CLIError) {
    const message = lowerFirst(unwrapped(error.message));
    return {
      code: 'INVALID_INPUT',
      message,
      hint: isForeignFlag(command, message) ? BEFORE_THE_TOOL : (nearFlag(error) ?? `Run \`${command} --help\`.`),
    };
  }
  return { code: 'UNEXPECTED', message: `a bug in ocho: ${error.message}` };
}

function expected({ code, message, hint, advice, details }: OchoError): Explained {
  // What fleet advises is the only advice that reaches this.
  const text = advice === undefined ? hint : adviceText(advice as Advice);
  return {
    ...{ code, message: unwrapped(message) },
    ...(text && { hint: text }),
    ...(advice !== undefined && { advice }),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

const BEFORE_THE_TOOL = 'Write -- before the tool when it has flags of its own.';

function isForeignFlag(command: string, message: string): boolean {
  return command.endsWith(' exec') && message.startsWith('nonexistent flag');
}

/** The parser's own error names the flags that it does not know, and those that it does. */
function nearFlag(error: Error): string | undefined {
  const { flags: [unknown] = [], parse: { input: { flags = {} } = {} } = {} } = error as Partial<UnknownFlags>;
  const meant = unknown === undefined ? undefined : nearest(unknown.replace(/^-+/, ''), Object.keys(flags));
  return meant === undefined ? undefined : `Did you mean --${meant}?`;
}

interface UnknownFlags {
  readonly flags: readonly string[];
  readonly parse: { readonly input?: { readonly flags?: object } };
}

/** One line about one target. Most messages say themselves who failed. */
export function failureText({ target, error: { code, message } }: FailedTarget): string {
  return `${message.startsWith(target) ? message : `${target}: ${message}`} (${code})`;
}

/** The parser adds its own words to what our flag parsers say. */
function unwrapped(message: string): string {
  return message.replace(/^Parsing --\S+ \n\t/, '').replace(/\nSee more help with --help$/, '');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
