import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { deployFileJsonSchema } from '../../src/deploy-file/json-schema.ts';

const PUBLISHED = join(import.meta.dirname, '..', '..', 'deploy-file.schema.json');

test('the schema for editors is the one that files are checked with: `ocho explain --schema` writes it', async () => {
  expect(JSON.parse(await readFile(PUBLISHED, 'utf8'))).toEqual(JSON.parse(JSON.stringify(deployFileJsonSchema())));
});
