import { describeFields, type FieldDescription, type FieldDescriptions } from './describe-fields.ts';
import { deployFileJsonSchema, type JsonSchema } from './json-schema.ts';

/** What `ocho explain --json` prints: the fields that were asked for, by dotted path. Fields may be added, never renamed. */
export type ExplainReport = FieldDescriptions;
export type { FieldDescription };

/**
 * The documentation of a field of deploy files and of what is in it; without a name, of all.
 *
 * @throws {OchoError} `NOT_FOUND`
 */
export function explainFields(field: string | undefined): ExplainReport {
  return describeFields(field);
}

/** The format of deploy files for editors. */
export function deployFileSchema(): JsonSchema {
  return deployFileJsonSchema();
}
