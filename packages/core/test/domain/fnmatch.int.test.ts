import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fnmatch } from '../../src/domain/fnmatch.ts';

const PYTHON = '/usr/bin/python3';
const available = spawnSync(PYTHON, ['--version']).status === 0;

describe.skipIf(!available)(`fnmatch beside Python's own${available ? '' : ` (skipped: no ${PYTHON})`}`, () => {
  test('answers the same for twenty thousand random patterns', () => {
    const character = fc.constantFrom(...'ab-^!][*?\\.c/|');
    const text = (maxLength: number) => fc.string({ unit: character, maxLength });
    const cases = fc.sample(fc.tuple(text(8), text(5)), { numRuns: 20_000, seed: 1 });
    const script =
      'import fnmatch,json,sys; print(json.dumps([fnmatch.fnmatchcase(n,p) for p,n in json.load(sys.stdin)]))';
    const theirs = JSON.parse(
      execFileSync(PYTHON, ['-W', 'ignore', '-c', script], { input: JSON.stringify(cases), maxBuffer: 1e8 }).toString(),
    ) as boolean[];

    const different = cases.filter(([pattern, name], at) => fnmatch(pattern)(name) !== theirs[at]);
    expect(different).toEqual([]);
    expect(theirs.filter(Boolean).length).toBeGreaterThan(500);
  });
});
