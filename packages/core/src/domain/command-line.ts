import { OchoError } from '../errors.ts';

/**
 * Cut a line into words as a POSIX shell does, with its quotes and backslashes, and expand nothing: `$HOME`, `*`, `;`
 * and `` ` `` are characters like any other, and so is a backslash at the very end.
 *
 * @throws {OchoError} `INVALID_INPUT` for a quote that does not end
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, ...read] of line.matchAll(PIECES)) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + textOf(piece, read);
  }
  return word === undefined ? words : [...words, word];
}

/** Blanks, or a part of a word: in quotes, after a backslash, or plain; what is left over is a quote that does not end. */
const PIECES = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|\\$|['"]/gsy;

function textOf(piece: string, [single, double, escaped, plain]: readonly (string | undefined)[]): string {
  const text = single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? plain;
  if (text !== undefined) return text;
  if (piece === '\\') return piece;
  throw new OchoError(`the line ends inside ${piece}`, {
    code: 'INVALID_INPUT',
    hint: 'Close the quote, or put a backslash before it.',
  });
}

/** Quote a word, if it needs that, so that a shell and `splitWords` read it as it is. */
export function quoteWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
