import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, HTTP_STATUS } from 'ochopod-core';
import { expect, test } from 'vitest';

const PAGE = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'errors.md');

test('the page of errors holds every code with its status, and no other', () => {
  const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([A-Z_]+)` \| \d+ \| (\d+) \| .+ \|$/gm)];
  const documented = Object.fromEntries(rows.map(([, code = '', status]) => [code, Number(status)]));

  expect(documented).toEqual(HTTP_STATUS);
  expect(Object.keys(documented).sort()).toEqual([...ERROR_CODES].sort());
});
