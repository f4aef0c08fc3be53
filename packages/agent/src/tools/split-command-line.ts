import { OchoError } from 'ochopod-core';

/**
 * Cut a command line into words as a POSIX shell does, with its quotes and backslashes, and expand nothing:
 * `$HOME`, `*`, `;` and `` ` `` are characters like any other.
 *
 * @throws {OchoError} `INVALID_INPUT` when a quote is not closed
 */
export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; ) {
    const char = line[at] as string;
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      continue;
    }
    const piece = pieceAt(line, at);
    word = (word ?? '') + piece.text;
    at = piece.end;
  }
  if (word !== undefined) words.push(word);
  return words;
}

interface Piece {
  readonly text: string;
  /** Where the next piece begins. */
  readonly end: number;
}

function pieceAt(line: string, at: number): Piece {
  switch (line[at]) {
    case "'":
      return singleQuoted(line, at);
    case '"':
      return doubleQuoted(line, at);
    case '\\':
      return { text: line[at + 1] ?? '\\', end: at + 2 };
    default:
      return { text: line[at] as string, end: at + 1 };
  }
}

function singleQuoted(line: string, open: number): Piece {
  const close = line.indexOf("'", open + 1);
  if (close === -1) throw unclosed("'", line);
  return { text: line.slice(open + 1, close), end: close + 1 };
}

/** Between double quotes a backslash escapes only what would be special there. */
function doubleQuoted(line: string, open: number): Piece {
  let text = '';
  for (let at = open + 1; at < line.length; at += 1) {
    const char = line[at] as string;
    if (char === '"') return { text, end: at + 1 };
    const escaped = char === '\\' && /["\\$`]/.test(line[at + 1] ?? '');
    if (escaped) at += 1;
    text += escaped ? line[at] : char;
  }
  throw unclosed('"', line);
}

function unclosed(quote: string, line: string): OchoError {
  return new OchoError(`a ${quote} is not closed in: ${line}`, { code: 'INVALID_INPUT' });
}
