import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeFields } from '../../src/deploy-file/describe-fields.ts';
import { parse, problemsOf } from './support.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'deploy-files.md');

test('the page of deploy files begins with one that has every field and can be used', async () => {
  const [, sample = ''] = /```yaml\n(.*?)```/s.exec(await readFile(PAGE, 'utf8')) ?? [];
  const fields = Object.keys(describeFields(undefined)).filter((path) => !path.includes('.'));

  expect(problemsOf(parse(sample))).toEqual([]);
  expect([...sample.matchAll(/^(\w+):/gm)].map(([, name]) => name).toSorted()).toEqual(fields.toSorted());
});
