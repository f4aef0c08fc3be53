import { toJsonSchema } from '@valibot/to-json-schema';

import { DeployFileSchema } from './fields.ts';

/** As much of JSON Schema as ours is made of. */
export interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
}

/** The format of deploy files, for editors. What several fields say together is not in it. */
export function deployFileJsonSchema(): JsonSchema {
  // Whatever JSON Schema cannot say is left out: editors tell less than `ocho validate`.
  const schema = toJsonSchema(DeployFileSchema, { typeMode: 'input', errorMode: 'ignore' });
  return { title: 'Ochopod deploy file', ...schema } as JsonSchema;
}
