/**
 * Whether a value out of JSON is nested deeper than so many levels of objects and lists. Reading JSON takes any depth,
 * writing it ends the stack at some: what is kept and passed on is measured first.
 */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
