/**
 * Whether a value out of JSON is nested deeper than so many levels of objects and lists. Reading JSON takes any depth,
 * writing it ends the stack at some: what is kept and passed on is measured first.
 */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

/** The same of JSON that is not parsed yet: one pass, and nothing is built of what is too deep. */
export function isTextDeeperThan(levels: number, text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else depth += step(char);
    if (depth > levels) return true;
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
