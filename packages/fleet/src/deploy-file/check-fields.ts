import * as v from 'valibot';

import { asWritten, type Located, type LocatedMap, namePositionOf, plain, positionOf } from '../documents/located.ts';
import { type Finding, type Problem, problemAt } from '../documents/problem.ts';
import { nearest } from '../words/nearest.ts';
import { findingOf, NO_MAP } from './field-types.ts';
import { type DeployFields, DeployFileSchema } from './fields.ts';

export interface CheckedFields {
  readonly fields: DeployFields | undefined;
  readonly problems: readonly Problem[];
}

/** Values of these are text however they look. */
const AS_WRITTEN = new Set(['command', 'constraints', 'env', 'labels']);

/** Hold a file against the schema. Rules between fields are not among what is checked. */
export function checkFields(map: LocatedMap): CheckedFields {
  const given = [...map.entries].map(([name, { value }]) => [
    name,
    AS_WRITTEN.has(name) ? asWritten(value) : plain(value),
  ]);
  const parsed = v.safeParse(DeployFileSchema, Object.fromEntries(given));
  const problems = (parsed.issues ?? []).flatMap((issue) => problemsOf(issue, { map, around: [] }));
  return {
    fields: parsed.success ? parsed.output : undefined,
    problems: [...misplaced(map, { schema: DeployFileSchema, path: [] }), ...problems],
  };
}

/** @param around path of the alternatives that the issue is one of */
function problemsOf(
  issue: v.BaseIssue<unknown>,
  { map, around }: { map: LocatedMap; around: readonly unknown[] },
): Problem[] {
  const steps = issue.path ?? [];
  const path = [...around, ...steps.map(({ key }) => key)];
  // Names that nobody knows are looked for elsewhere: the schema tells only of the first.
  if (issue.expected === 'never') return [];
  const inner = deepest(issue);
  if (inner.length > 0) return inner.flatMap((each) => problemsOf(each, { map, around: path }));
  const isName = steps.at(-1)?.origin === 'key' && issue.input !== undefined;
  const at = isName ? namePositionOf(map, path) : positionOf(map, path);
  const { message, hint } = describe(issue);
  const said = hint === undefined ? { message } : { message, hint };
  return [problemAt(at, { ...said, message: `${path.join('.')}: ${message}` })];
}

/** Of alternatives, the one that fits best is what was meant: it found fault with something further in. */
function deepest({ type, issues }: v.BaseIssue<unknown>): readonly v.BaseIssue<unknown>[] {
  return type === 'union' ? (issues ?? []).filter(({ path }) => path !== undefined) : [];
}

function describe({ kind, input, message }: v.BaseIssue<unknown>): Finding {
  if (kind === 'schema' && input === undefined) return { message: 'is missing' };
  const finding = findingOf(message);
  if (input === null) return EMPTY;
  return finding.message.startsWith('"') ? finding : { ...finding, message: `${quoted(input)}${finding.message}` };
}

const EMPTY = { message: 'is empty', hint: 'Give it a value ("" for empty text), or leave the line out.' };

/** Only what is short enough to be recognized. */
function quoted(input: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof input)) return '';
  const shown = JSON.stringify(input);
  return shown.length > 60 ? '' : `${shown} `;
}

interface Level {
  readonly schema: v.GenericSchema;
  readonly path: readonly string[];
}

/** What the schema does not tell, or not completely: lists where maps belong, and all names that it does not have. */
function misplaced(located: Located, { schema, path }: Level): Problem[] {
  if (located.kind === 'list' && takesMap(schema)) {
    const { message, hint = '' } = findingOf(NO_MAP);
    return [problemAt(located.at, { message: `${path.join('.')}: ${message}`, hint })];
  }
  const entries = entriesOf(schema);
  if (entries === undefined || located.kind !== 'map') return [];
  return [...located.entries].flatMap(([name, { at, value }]) => {
    const known = Object.hasOwn(entries, name) ? entries[name] : undefined;
    const full = [...path, name];
    if (known !== undefined) return misplaced(value, { schema: known, path: full });
    const meant = nearest(name, Object.keys(entries));
    const hint = meant === undefined ? `Use one of ${Object.keys(entries).join(', ')}.` : `Did you mean ${meant}?`;
    return [problemAt(at, { message: `${full.join('.')}: there is no such field`, hint })];
  });
}

/** The fields that a schema has, through whatever is around it. */
function entriesOf(schema: v.GenericSchema): Readonly<Record<string, v.GenericSchema>> | undefined {
  const [found] = alternatives(schema).filter((each) => 'entries' in each);
  return found === undefined ? undefined : (found.entries as Record<string, v.GenericSchema>);
}

/** To the library, lists are maps of numbers. */
function takesMap(schema: v.GenericSchema): boolean {
  const types = alternatives(schema).map(({ type }) => type);
  return !types.includes('array') && (types.includes('record') || types.includes('strict_object'));
}

function alternatives(schema: v.GenericSchema): v.GenericSchema[] {
  if ('wrapped' in schema) return alternatives(schema.wrapped as v.GenericSchema);
  if (schema.type !== 'union' || !('options' in schema)) return [schema];
  return (schema.options as v.GenericSchema[]).flatMap(alternatives);
}
