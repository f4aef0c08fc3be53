import { OchoError } from '../errors.ts';

/** Deeper than anything that is said between peers; what walks through a value calls itself once per level. */
const MAX_DEPTH = 64;

/**
 * Read JSON that somebody else wrote: no deeper than what may be walked through without a second thought. Its size is
 * bounded where it is read.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is not JSON, `TOO_LARGE` when it is nested more than `maxDepth` levels deep
 */
export function parseBoundedJson(text: string, { maxDepth = MAX_DEPTH }: { readonly maxDepth?: number } = {}): unknown {
  if (isDeeperThan(maxDepth, text)) {
    throw new OchoError(`it is nested more than ${maxDepth} levels deep`, { code: 'TOO_LARGE' });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError('it is not JSON', { code: 'INVALID_INPUT', cause });
  }
}

/** Looked at before it is parsed: one pass, nothing is built. */
function isDeeperThan(maxDepth: number, text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else depth += step(char);
    if (depth > maxDepth) return true;
  }
  return false;
}

function step(char: string | undefined): -1 | 0 | 1 {
  if (char === '{' || char === '[') return 1;
  return char === '}' || char === ']' ? -1 : 0;
}

function endOfString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
