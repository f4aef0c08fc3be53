import { expect, test } from 'vitest';
import { fnmatch } from '../../src/domain/fnmatch.ts';
import { fc, test as property } from './property.ts';

/** What Python 3.11's `fnmatch.fnmatchcase(name, pattern)` answers. */
test.each([
  ['*', 'marathon.web', true],
  ['prod.*', 'prod.eu.web', true],
  ['*.redis', 'marathon.redis', true],
  ['we?', 'web', true],
  ['we?', 'we', false],
  ['[!a]*', 'bcd', true],
  ['[!a]*', 'abc', false],
  ['[]x]', ']', true],
  ['[]x]', 'x', true],
  ['[!]x]', ']', false],
  ['[!]x]', 'y', true],
  ['[', '[', true],
  ['[abc', '[abc', true],
  ['[a-c]', 'b', true],
  ['[c-a]', 'b', false],
  ['[!c-a]', 'b', true],
  ['[a-]', '-', true],
  ['[-a]', '-', true],
  ['[^a]', '^', true],
  ['[^a]', 'b', false],
  ['a/b*', 'a/b/c', true],
  ['a.b', 'aXb', false],
  ['*', 'two\nlines', true],
  ['[*]', '*', true],
  ['[*]', 'x', false],
  ['', '', true],
  ['', 'x', false],
  ['Web', 'web', false],
  ['we?', 'we\u{1f600}', true],
  ['a*b*c', 'aXbXbc', true],
  ['*a', 'aab', false],
])('%j against %j: %s', (pattern, name, expected) => {
  expect(fnmatch(pattern)(name)).toBe(expected);
});

property('text without wildcards matches itself and nothing else', [fc.string(), fc.string()], (text, other) => {
  const literal = text.replace(/[*?[]/g, '[$&]');
  expect(fnmatch(literal)(text)).toBe(true);
  expect(fnmatch(literal)(other)).toBe(text === other);
});

property('any pattern can be compiled', [fc.string()], (pattern) => {
  expect(() => fnmatch(pattern)('x')).not.toThrow();
});

test('many stars cost no more than few', () => {
  const matches = fnmatch(`${'a*'.repeat(500)}b`);
  for (let turn = 0; turn < 100; turn += 1) expect(matches('a'.repeat(500))).toBe(false);
  expect(fnmatch(`${'a*'.repeat(500)}b`)(`${'a'.repeat(500)}b`)).toBe(true);
});

test('a pattern that nobody means is refused', () => {
  expect(() => fnmatch('*'.repeat(1025))).toThrow('at most 1024 characters, not 1025');
});
