import { quoteWord } from '../domain/command-line.ts';
import { ARGUMENTS_HEADER, SHELL_HEADER } from '../domain/control.ts';
import { OchoError } from '../errors.ts';

/**
 * Say which tool is to run in a way that every pod understands, without asking what it is: the words as they were given,
 * for an old agent to read as it reads those of old clients, and beside them the same words quoted, which ours take
 * exactly. Both as the bytes of UTF-8, which is what a header can carry.
 *
 * @param argv the tool and its arguments
 * @throws {OchoError} `INVALID_INPUT` for a line break, which no header can hold
 */
export function toolHeaders(argv: readonly string[]): Readonly<Record<string, string>> {
  const broken = argv.find((argument) => /[\r\n\0]/.test(argument));
  if (broken !== undefined) {
    throw new OchoError(`the argument ${JSON.stringify(broken)} holds a line break`, {
      code: 'INVALID_INPUT',
      hint: 'Put the text into a file and upload that.',
    });
  }
  return { [SHELL_HEADER]: headerOf(argv), [ARGUMENTS_HEADER]: headerOf(argv.map(quoteWord)) };
}

function headerOf(words: readonly string[]): string {
  return Buffer.from(words.join(' '), 'utf8').toString('latin1');
}
