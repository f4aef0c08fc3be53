/**
 * Compile a shell-style pattern with the rules of Python's `fnmatch.fnmatchcase`, which existing
 * estates rely on: `*` everything (also `/` and `.`), `?` one character, `[seq]` and `[!seq]` sets
 * with ranges, an unclosed `[` is itself, nothing can be escaped but by a set (`[*]`).
 *
 * @see https://docs.python.org/3/library/fnmatch.html
 */
export function fnmatch(pattern: string): (name: string) => boolean {
  const compiled = new RegExp(`^(?:${translate(pattern)})$`, 's');
  return (name) => compiled.test(name);
}

function translate(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const end = pattern[at] === '[' ? endOfSet(pattern, at) : -1;
    source += end === -1 ? single(pattern[at] as string) : setSource(pattern.slice(at + 1, end));
    at = Math.max(at, end);
  }
  return source;
}

function single(char: string): string {
  if (char === '*') return '.*';
  if (char === '?') return '.';
  return char.replace(/[\\^$.+()[\]{}|/]/, '\\$&');
}

/** A `]` that comes first in a set, also after `!`, belongs to it. */
function endOfSet(pattern: string, open: number): number {
  const first = pattern[open + 1] === '!' ? open + 2 : open + 1;
  return pattern.indexOf(']', pattern[first] === ']' ? first + 1 : first);
}

function setSource(content: string): string {
  const negated = content.startsWith('!');
  const members = setMembers(negated ? content.slice(1) : content);
  if (members === '') return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${members}]`;
}

/** Ranges that run backwards match nothing, as in Python 3.9 and later. */
function setMembers(content: string): string {
  let members = '';
  for (let at = 0; at < content.length; at += 1) {
    const from = content[at] as string;
    const to = content[at + 2];
    if (content[at + 1] !== '-' || to === undefined) {
      members += escapeMember(from);
      continue;
    }
    if (from <= to) members += `${escapeMember(from)}-${escapeMember(to)}`;
    at += 2;
  }
  return members;
}

const escapeMember = (char: string): string => char.replace(/[\\\]^-]/, '\\$&');
