import { fieldOf, type LocatedMap, plain } from '../documents/located.ts';
import type { Checked } from '../documents/problem.ts';
import { checked, readYaml } from '../documents/read-yaml.ts';
import { checkFields } from './check-fields.ts';
import type { DeployFields } from './fields.ts';
import { ruleProblems } from './rules.ts';

/** A deploy file that may be deployed, once what it leaves open is overridden. */
export interface DeployFile extends Omit<DeployFields, 'settings' | 'verbatim'> {
  /** As it was named. */
  readonly file: string;
  /** They know where they stand, for whoever has to say which of them is still missing. */
  readonly settings: LocatedMap;
  readonly verbatim: Readonly<Record<string, unknown>>;
}

/**
 * Read a deploy file: either all of it can be used, or every problem is told, with its place.
 *
 * @param file what problems call it
 */
export function parseDeployFile(content: Uint8Array, file: string): Checked<DeployFile> {
  const { map, problems } = readYaml(content, file);
  if (map === undefined) return { ok: false, problems };
  const { fields, problems: wrong } = checkFields(map);
  const value = fields === undefined ? undefined : { ...fields, ...looseParts(map), file };
  return checked(value, [...problems, ...wrong, ...ruleProblems(map)]);
}

/** Taken from the file itself: the schema drops names that objects have already. */
function looseParts(map: LocatedMap): Pick<DeployFile, 'settings' | 'verbatim'> {
  const settings = fieldOf(map, 'settings');
  const verbatim = fieldOf(map, 'verbatim');
  return {
    settings: settings?.kind === 'map' ? settings : { kind: 'map', at: map.at, entries: new Map() },
    verbatim: verbatim?.kind === 'map' ? (plain(verbatim) as Readonly<Record<string, unknown>>) : {},
  };
}
