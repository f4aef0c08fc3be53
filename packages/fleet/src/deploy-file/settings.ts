import { qualified } from 'ochopod-core';

import { type Located, type LocatedEntry, type LocatedMap, plain } from '../documents/located.ts';
import { type Checked, type Problem, problemAt } from '../documents/problem.ts';
import type { Overrides } from './overrides.ts';

/** Which cluster a deploy file is for, this time. */
export interface Target {
  readonly namespace: string;
  /** With its suffix. */
  readonly cluster: string;
}

/**
 * The settings of a deploy file with the overrides for its cluster merged in, file after file: maps recursively, lists
 * concatenated, anything else replaced.
 *
 * @returns problems for each value that is still null, where it stands last
 */
export function settingsFor(
  settings: LocatedMap,
  { overrides, ...target }: Target & { readonly overrides: readonly Overrides[] },
): Checked<Readonly<Record<string, unknown>>> {
  const blocks = overrides.flatMap(({ blocks: byName }) => byName.get(qualified(target)) ?? []);
  const merged = blocks.reduce(mergeMaps, settings);
  const problems = unsetIn(merged, ['settings']);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: plain(merged) as Readonly<Record<string, unknown>> };
}

function mergeMaps(under: LocatedMap, over: LocatedMap): LocatedMap {
  const merged = new Map(under.entries);
  for (const [name, entry] of over.entries) merged.set(name, mergeEntries(merged.get(name), entry));
  return { ...under, entries: merged };
}

function mergeEntries(under: LocatedEntry | undefined, over: LocatedEntry): LocatedEntry {
  return under === undefined ? over : { at: over.at, value: merge(under.value, over.value) };
}

function merge(under: Located, over: Located): Located {
  if (under.kind === 'map' && over.kind === 'map') return mergeMaps(under, over);
  if (under.kind === 'list' && over.kind === 'list') return { ...over, items: [...under.items, ...over.items] };
  return over;
}

/** Nulls in lists are left alone: no override could reach them. */
function unsetIn({ entries }: LocatedMap, path: readonly string[]): Problem[] {
  return [...entries].flatMap(([name, { at, value }]) => {
    const full = [...path, name];
    if (value.kind === 'map') return unsetIn(value, full);
    if (value.kind === 'list' || value.value !== null) return [];
    return [problemAt(at, { message: `${full.join('.')} is not set`, hint: 'Set it in an overrides file.' })];
  });
}
