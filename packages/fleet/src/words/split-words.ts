import { OchoError } from 'ochopod-core';

/**
 * Split a line as a POSIX shell would: quotes and backslashes, and nothing else. There are no variables, globs or
 * pipes, so patterns reach the command as they are.
 *
 * @throws {OchoError} `INVALID_INPUT` for a quote that does not end
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const pieces = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(['"\\])/gsy;
  for (const [piece, single, double, escaped, plain, broken] of line.matchAll(pieces)) {
    if (broken !== undefined) throw unfinished(piece);
    const text = single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? plain;
    if (text !== undefined) word = (word ?? '') + text;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

function unfinished(piece: string): OchoError {
  return new OchoError(`the line ends inside ${piece}`, {
    code: 'INVALID_INPUT',
    hint: 'Close the quote, or put a backslash before it.',
  });
}
