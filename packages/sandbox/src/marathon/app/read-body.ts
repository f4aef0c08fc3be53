import * as v from 'valibot';

import { AppBody } from './body.ts';
import { invalidJson, type Violation } from './violations.ts';

/** A body of the right types, and what is wrong with its values. */
export interface ReadBody {
  readonly body: AppBody;
  readonly violations: readonly Violation[];
}

/**
 * Read what a request says of an application. A field that is `null` is one that is not there.
 *
 * @throws {OchoError} `INVALID_INPUT` with every place where the type is wrong
 */
export function readAppBody(json: unknown): ReadBody {
  const { issues = [], typed, output } = v.safeParse(AppBody, withoutNulls(json));
  const wrongTypes = issues.filter(isAboutType);
  if (!typed || wrongTypes.length > 0) {
    throw invalidJson(wrongTypes.map((issue) => ({ path: pathOf(issue), error: typeCode(issue) })));
  }
  return { body: output, violations: issues.map((issue) => ({ path: pathOf(issue), error: describe(issue) })) };
}

type Issue = v.BaseIssue<unknown>;

/** Maps of the user's own words, where `null` is a wrong value. */
const MAPS = ['env', 'labels'];

function withoutNulls(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null || MAPS.includes(name));
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutNulls(field, key)]));
}

function isAboutType({ kind, type }: Issue): boolean {
  return kind === 'schema' || type === 'safe_integer';
}

/** As Play's JSON library names what it expects. */
const TYPE_CODES: Readonly<Record<string, string>> = {
  string: 'error.expected.jsstring',
  number: 'error.expected.jsnumber',
  boolean: 'error.expected.jsboolean',
  array: 'error.expected.jsarray',
  object: 'error.expected.jsobject',
  custom: 'error.expected.jsobject',
  picklist: 'error.unknown.enum.literal',
  safe_integer: 'error.expected.int',
};

function typeCode({ input, type }: Issue): string {
  return input === undefined ? 'error.path.missing' : (TYPE_CODES[type] ?? 'error.expected.jsstring');
}

function describe({ type, requirement }: Issue): string {
  if (type === 'min_value') return `is less than ${requirement}`;
  if (type === 'max_value') return `is greater than ${requirement}`;
  if (type === 'min_length') return 'must not be empty';
  if (type === 'max_length') return `is longer than ${requirement}`;
  return `must fully match regular expression '${(requirement as unknown as RegExp).source}'`;
}

/** `/healthChecks(0)/path` */
function pathOf({ path }: Issue): string {
  const parts = (path ?? []).map(({ key, type }) => (type === 'array' ? `(${key})` : `/${key}`));
  return parts.join('') || '/';
}
