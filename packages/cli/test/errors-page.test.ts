import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { EXIT_CODES } from '../src/exit-codes.ts';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'errors.md');

test('the page of errors holds every code with the exit code that scripts see', () => {
  const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([A-Z_]+)` \| (\d+) \| \d+ \| .+ \|$/gm)];
  expect(Object.fromEntries(rows.map(([, code = '', exit]) => [code, Number(exit)]))).toEqual(EXIT_CODES);
});
