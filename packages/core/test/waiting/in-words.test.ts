import { expect, test } from 'vitest';

import { inWords } from '../../src/waiting/in-words.ts';

test.each([
  [50, '0.05 s'],
  [1000, '1 s'],
  [2499, '2.5 s'],
  [14_937.370902000001, '15 s'],
  [3_600_000, '3600 s'],
])('%d ms are %s to people', (ms, words) => {
  expect(inWords(ms)).toBe(words);
});
