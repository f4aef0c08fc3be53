import { expect, test } from 'vitest';

import { asError, messageOf } from '../src/errors.ts';

const shy = () => {
  throw new Error('no');
};

test.each<[string, unknown]>([
  ['an object without words', { toString: shy }],
  ['a proxy that is not to be looked at', new Proxy({}, { getPrototypeOf: shy, get: shy })],
  ['an object without a prototype', Object.create(null)],
])('whatever is thrown can be told: %s', (_what, thrown) => {
  expect(messageOf(thrown)).toBe('something that cannot be put into words');
  expect(asError(thrown)).toBeInstanceOf(Error);
});

test('an error is told by its message, everything else as it is written', () => {
  const error = new Error('no disk');

  expect([error, 'no disk', 7, null, undefined].map(messageOf)).toEqual([
    'no disk',
    'no disk',
    '7',
    'null',
    'undefined',
  ]);
  expect(asError(error)).toBe(error);
});
