import { jsonText } from 'ochopod-core';
import type { ExplainReport, FieldDescription } from 'ochopod-fleet/deploy-file';
import { stringify } from 'yaml';

import type { Table } from './table.ts';

/** All fields at a glance. */
export function fieldsTable(report: ExplainReport): Table {
  return {
    head: ['field', 'type', 'default', 'what it says'],
    rows: Object.entries(report).map(([path, field]) => [path, field.type, defaultOf(field), summaryOf(field)]),
  };
}

/** One field, with everything that is to be known about it; those in it follow in short. */
export function fieldText(path: string, field: FieldDescription): string {
  const given = defaultOf(field);
  const facts = [field.type, ...(given === '' ? [] : [field.required ? given : `default ${given}`])];
  const examples = field.examples.map((example) =>
    indented(stringify(nested(path, example), { flowCollectionPadding: false })),
  );
  return [`${path}: ${facts.join(', ')}`, '', field.description, '', 'For example:', ...examples].join('\n');
}

function defaultOf({ required, default: value }: FieldDescription): string {
  if (required) return 'required';
  return value === undefined ? '' : jsonText(value);
}

function summaryOf({ description }: FieldDescription): string {
  return description.split(/(?<=[.:;])\s/)[0]?.replace(/[.:;]$/, '') ?? '';
}

/** As it is written in a file: `{ upgrade: { minimumHealthy: 0.5 } }`. */
function nested(path: string, value: unknown): unknown {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ');
}
