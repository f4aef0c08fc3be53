import { OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';

import { nearest } from '../words/nearest.ts';
import { deployFileJsonSchema, type JsonSchema } from './json-schema.ts';

/** What is to be known about one field. */
export interface FieldDescription {
  /** In words: `text`, `a whole number`, `a list`. */
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description: string;
  readonly examples: readonly unknown[];
}

/** By dotted path, as they are documented. */
export type FieldDescriptions = Readonly<Record<string, FieldDescription>>;

/**
 * Describe a field and what is in it; without a name, all of them.
 *
 * @param field a dotted path: `upgrade.minimumHealthy`
 * @throws {OchoError} `NOT_FOUND`
 */
export function describeFields(field: string | undefined): FieldDescriptions {
  const all = describedIn(deployFileJsonSchema(), '');
  const chosen = all.filter(([path]) => field === undefined || path === field || path.startsWith(`${field}.`));
  if (chosen.length > 0) return Object.fromEntries(chosen);
  const paths = all.map(([path]) => path);
  const meant = nearest(field ?? '', paths);
  throw new OchoError(`deploy files have no field "${field}"`, {
    code: 'NOT_FOUND',
    ...(meant === undefined ? { advice: advised({ to: 'see fields' }) } : { hint: `Did you mean ${meant}?` }),
  });
}

function describedIn(schema: JsonSchema, prefix: string): [string, FieldDescription][] {
  const inner = [schema, ...(schema.anyOf ?? [])];
  return inner.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, property]): [string, FieldDescription][] => {
      const path = `${prefix}${name}`;
      return [[path, describe(property, required.includes(name))], ...describedIn(property, `${path}.`)];
    }),
  );
}

function describe(schema: JsonSchema, required: boolean): FieldDescription {
  return {
    type: typeOf(schema),
    required,
    ...('default' in schema && { default: schema.default }),
    description: schema.description ?? '',
    examples: schema.examples ?? [],
  };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
  object: 'a map',
};

function typeOf(schema: JsonSchema): string {
  const { type = '', title, enum: values, anyOf, items, properties, additionalProperties } = schema;
  if (title !== undefined) return title;
  if (values !== undefined) return values.join(' or ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (items !== undefined) return `a list, each ${typeOf(items)}`;
  const ofMap = properties === undefined && additionalProperties ? typeOf(additionalProperties) : '';
  return ofMap === '' ? (TYPES[type] ?? '') : `a map, each value ${ofMap}`;
}
