import { describe, expect, test } from 'vitest';

import { batchOf, parseBatch } from '../../src/words/batch.ts';
import { parseScaleFactor, sizeAfter } from '../../src/words/scale-factor.ts';

describe('how many pods there are to be', () => {
  test.each([
    ['@5', 3, 5],
    ['@0', 3, 0],
    ['x2', 3, 6],
    ['x0.5', 3, 2],
    ['x0.1', 3, 1],
    ['x0', 3, 0],
    ['x3', 0, 0],
    ['+2', 3, 5],
    ['-2', 3, 1],
    ['-5', 3, 0],
  ])('%s of %i are %i', (text, present, size) => {
    expect(sizeAfter(parseScaleFactor(text), present)).toBe(size);
  });

  test.each(['5', '', '@', '@-1', '+1.5', '@2.5', '-x2', 'x', '@5 6', '@99999', 'x1e9'])(
    '"%s" says nothing',
    (text) => {
      expect(() => parseScaleFactor(text)).toThrow('does not say how many pods');
    },
  );
});

describe('how many are replaced at a time', () => {
  test.each([
    ['2', 10, 2],
    ['25%', 10, 2],
    ['25%', 3, 1],
    ['100%', 3, 3],
  ])('%s of %i are %i', (text, size, count) => {
    expect(batchOf(parseBatch(text), size)).toBe(count);
  });

  test.each(['0', '0%', '101%', '-1', '1.5', 'all', ''])('"%s" is none', (text) => {
    expect(() => parseBatch(text)).toThrow('no size of a batch');
  });
});
