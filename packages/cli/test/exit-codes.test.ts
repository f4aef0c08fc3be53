import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ERROR_CODES, type ErrorCode } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import {
  EXIT_CODE_MEANINGS,
  EXIT_CODES,
  exitCodeOf,
  UNEXPECTED_EXIT_CODE,
  UNWRITTEN_EXIT_CODE,
} from '../src/exit-codes.ts';
import { exitCodesText } from '../src/render/exit-codes.ts';
import { ocho } from './support/ocho.ts';

const documented = Object.keys(EXIT_CODE_MEANINGS).map(Number);

describe('exit codes', () => {
  test('have a meaning each, and no meaning is without a use', () => {
    expect(new Set(documented)).toEqual(
      new Set([0, UNEXPECTED_EXIT_CODE, UNWRITTEN_EXIT_CODE, ...Object.values(EXIT_CODES)]),
    );
  });

  test('are all in the help topic, with the error codes that lead to them', async () => {
    const { out } = await ocho(['exit-codes'], { pods: [] });

    expect(out).toBe(`${exitCodesText()}\n`);
    for (const code of ERROR_CODES) expect(lineOf(out, EXIT_CODES[code])).toContain(code);
  });

  test('are those of the package readme, in its words', async () => {
    const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    const cells = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const table = cells
      .filter(([, exit = '']) => /^\d+$/.test(exit))
      .map(([, exit, ...rest]) => [Number(exit), ...rest]);

    expect(table).toEqual(
      documented.map((exit) => [
        exit,
        EXIT_CODE_MEANINGS[exit],
        ERROR_CODES.filter((code) => EXIT_CODES[code] === exit)
          .map((code) => `\`${code}\``)
          .join(', '),
        '',
      ]),
    );
  });
});

describe('the exit code of many targets', () => {
  const failed = (...codes: ErrorCode[]) => codes.map((code) => ({ target: code, error: { code, message: '' } }));

  test.each([
    { it: 'all did', tally: { expected: 3, failed: [] }, exit: 0 },
    { it: 'one did not', tally: { expected: 3, failed: failed('TIMEOUT') }, exit: 5 },
    { it: 'none did, for one reason', tally: { expected: 2, failed: failed('TIMEOUT', 'TIMEOUT') }, exit: 6 },
    { it: 'none did, for kindred reasons', tally: { expected: 2, failed: failed('POD_DEAD', 'POD_REFUSED') }, exit: 4 },
    { it: 'none did, for different reasons', tally: { expected: 2, failed: failed('TIMEOUT', 'POD_DEAD') }, exit: 5 },
    { it: 'there was none', tally: { expected: 0, failed: [] }, exit: 0 },
  ])('$it: $exit', ({ tally, exit }) => {
    expect(exitCodeOf(tally)).toBe(exit);
  });
});

function lineOf(text: string, exit: number): string | undefined {
  return text.split('\n').find((line) => line.trimStart().startsWith(`${exit} `));
}
