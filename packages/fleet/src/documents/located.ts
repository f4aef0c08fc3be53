import type { Position } from './problem.ts';

/** A YAML value that knows where it stands, in whichever file. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

interface LocatedScalar {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** As it was written: `1.10` for the number 1.1. */
  readonly source: string;
}

interface LocatedList {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly Located[];
}

export interface LocatedMap {
  readonly kind: 'map';
  readonly at: Position;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  /** Of the name. */
  readonly at: Position;
  readonly value: Located;
}

/** The value itself. */
export function plain(located: Located): unknown {
  if (located.kind === 'scalar') return located.value;
  if (located.kind === 'list') return located.items.map(plain);
  return Object.fromEntries([...located.entries].map(([name, { value }]) => [name, plain(value)]));
}

/** The value with every scalar as the text that was written, but for empty ones: those stay `null`. */
export function asWritten(located: Located): unknown {
  if (located.kind === 'scalar') return located.value === null ? null : located.source;
  if (located.kind === 'list') return located.items.map(asWritten);
  return Object.fromEntries([...located.entries].map(([name, { value }]) => [name, asWritten(value)]));
}

/** Where the value at a path stands; the nearest thing around it when there is none. */
export function positionOf(located: Located, path: readonly unknown[]): Position {
  return trace(located, path).at;
}

/** Where the name of the last part of a path stands, or what is nearest to it. */
export function namePositionOf(located: Located, path: readonly unknown[]): Position {
  const parent = trace(located, path.slice(0, -1));
  return entryOf(parent, path.at(-1))?.at ?? parent.at;
}

/** The value of a field of a map, if it is one and has that field. */
export function fieldOf(located: Located | undefined, name: string): Located | undefined {
  return located === undefined ? undefined : entryOf(located, name)?.value;
}

function trace(located: Located, [step, ...rest]: readonly unknown[]): Located {
  const inner = located.kind === 'list' ? located.items[Number(step)] : entryOf(located, step)?.value;
  return inner === undefined ? located : trace(inner, rest);
}

function entryOf(located: Located, name: unknown): LocatedEntry | undefined {
  return located.kind === 'map' && typeof name === 'string' ? located.entries.get(name) : undefined;
}
