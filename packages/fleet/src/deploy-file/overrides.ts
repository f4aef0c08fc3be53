import { isClusterName } from 'ochopod-core';

import type { LocatedMap } from '../documents/located.ts';
import { type Checked, type Problem, problemAt } from '../documents/problem.ts';
import { checked, readYaml } from '../documents/read-yaml.ts';
import { inexactNumbers } from './rules.ts';

/** What one file overrides, by `<namespace>.<cluster>`. */
export interface Overrides {
  readonly blocks: ReadonlyMap<string, LocatedMap>;
}

/** Read an overrides file: a map of qualified cluster names to settings. */
export function parseOverrides(content: Uint8Array, file: string): Checked<Overrides> {
  const { map, problems } = readYaml(content, file);
  if (map === undefined) return { ok: false, problems };
  const blocks = new Map<string, LocatedMap>();
  const wrong = [...map.entries].flatMap(([name, { at, value }]): Problem[] => {
    if (value.kind === 'map') blocks.set(name, value);
    return [
      ...(NAME.test(name) && isClusterName(name) ? [] : [problemAt(at, noName(name))]),
      ...(value.kind === 'map' ? inexactNumbers(value) : [problemAt(value.at, noBlock(name))]),
    ];
  });
  return checked({ blocks }, [...problems, ...wrong]);
}

const NAME = /^[\w-]+(\.[\w-]+)*$/;

function noName(name: string) {
  return {
    message: `"${name}" is no cluster name`,
    hint: 'Write <namespace>.<cluster> in letters, digits, - and _: marathon.web.',
  };
}

function noBlock(name: string) {
  return { message: `${name}: must be a map of settings`, hint: 'Write `name: value` lines under it.' };
}
