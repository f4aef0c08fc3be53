/**
 * What a record holds under a name from outside: its own, never what every object inherits (`toString`, `__proto__`).
 *
 * @returns `undefined` when it holds nothing of its own under that name
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
