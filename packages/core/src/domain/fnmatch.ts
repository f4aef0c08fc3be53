import { OchoError } from '../errors.ts';

/** Longer patterns are nobody's. */
export const MAX_PATTERN_LENGTH = 1024;

/**
 * Compile a shell-style pattern with the rules of Python's `fnmatch.fnmatchcase`, which existing
 * estates rely on: `*` everything (also `/` and `.`), `?` one character, `[seq]` and `[!seq]` sets
 * with ranges, an unclosed `[` is itself, nothing can be escaped but by a set (`[*]`).
 *
 * The time that a match takes grows with the lengths of name and pattern only: however many stars there are, what went
 * wrong after one is never tried again for those before it.
 *
 * @throws {OchoError} `INVALID_INPUT` for a pattern of more than 1024 characters
 * @see https://docs.python.org/3/library/fnmatch.html
 */
export function fnmatch(pattern: string): (name: string) => boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new OchoError(`a pattern has at most ${MAX_PATTERN_LENGTH} characters, not ${pattern.length}`, {
      code: 'INVALID_INPUT',
    });
  }
  const parts = parse(pattern);
  return (name) => matches(parts, Array.from(name));
}

/** Whether one character is meant; `*` stands for any number of any characters. */
type Part = '*' | ((char: string) => boolean);

function matches(parts: readonly Part[], chars: readonly string[]): boolean {
  let [part, char] = [0, 0];
  // After the last star, and how many characters that star has taken so far.
  let again: { readonly part: number; readonly char: number } | undefined;
  while (char < chars.length) {
    const wanted = parts[part];
    if (wanted === '*') {
      part += 1;
      again = { part, char };
    } else if (wanted?.(chars[char] as string)) {
      part += 1;
      char += 1;
    } else {
      if (again === undefined) return false;
      again = { part: again.part, char: again.char + 1 };
      [part, char] = [again.part, again.char];
    }
  }
  return parts.slice(part).every((left) => left === '*');
}

function parse(pattern: string): Part[] {
  const chars = Array.from(pattern);
  const parts: Part[] = [];
  for (let at = 0; at < chars.length; at += 1) {
    const end = chars[at] === '[' ? endOfSet(chars, at) : -1;
    parts.push(end === -1 ? single(chars[at] as string) : set(chars.slice(at + 1, end)));
    at = Math.max(at, end);
  }
  return parts;
}

function single(wanted: string): Part {
  if (wanted === '*') return '*';
  if (wanted === '?') return () => true;
  return (char) => char === wanted;
}

/** A `]` that comes first in a set, also after `!`, belongs to it. */
function endOfSet(chars: readonly string[], open: number): number {
  const first = chars[open + 1] === '!' ? open + 2 : open + 1;
  return chars.indexOf(']', chars[first] === ']' ? first + 1 : first);
}

function set(content: readonly string[]): Part {
  const negated = content[0] === '!';
  const ranges = rangesOf(negated ? content.slice(1) : content);
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

/** Ranges that run backwards match nothing, as in Python 3.9 and later. */
function rangesOf(members: readonly string[]): (readonly [from: string, to: string])[] {
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const from = members[at] as string;
    const to = members[at + 2];
    const isRange = members[at + 1] === '-' && to !== undefined;
    ranges.push([from, isRange ? to : from]);
    if (isRange) at += 2;
  }
  return ranges;
}
