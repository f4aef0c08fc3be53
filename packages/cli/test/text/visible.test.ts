import fc from 'fast-check';
import { jsonText, visible } from 'ochopod-core';
import { expect, test } from 'vitest';

import { coloredLines, visibleLine, visibleLines } from '../../src/text/visible.ts';

test.each([
  ['plain text, größer, 日本語, عربي', 'plain text, größer, 日本語, عربي'],
  ['❤️ 👩‍💻 👍🏽', '❤️ 👩‍💻 👍🏽'],
  ['\u001B[31mred\u001B[0m', '\\x1b[31mred\\x1b[0m'],
  ['\u001B]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u009B2J', '\\x9b2J'],
  ['a\u0085b\u2028c\u2029d', 'a\\x85b\\u2028c\\u2029d'],
  ['pass\u202Edrow\u202C \u2066x\u2069', 'pass\\u202edrow\\u202c \\u2066x\\u2069'],
  ['a\u200Bb\uFEFFc\u00ADd\u2060e\u3164f\u200Dg', 'a\\u200bb\\ufeffc\\xadd\\u2060e\\u3164f\\u200dg'],
  ['\u{E0041}\u{E0100}', '\\u{e0041}\\u{e0100}'],
  ['\uD800', '\\ud800'],
  ['a\r\nb\tc\b\u007F', 'a\\r\\nb\\tc\\x08\\x7f'],
])('%j is shown as %s', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('a line keeps its tabs, lines keep their ends', () => {
  expect(visibleLine('a\tb\nc\r')).toBe('a\tb\\nc\\r');
  expect(visibleLines('a\tb\nc\r\n')).toBe('a\tb\nc\\r\n');
});

test('colours stay where they were asked for, end with their line, and bring nothing else along', () => {
  expect(coloredLines('\u001B[1;31mred\u001B[2J\nplain')).toBe('\u001B[1;31mred\\x1b[2J\u001B[0m\nplain');
});

test('JSON is the same to a parser, whatever is in it, and nothing that a terminal obeys', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'a"\\\n\u001B\u0085\u009B\u202E\u200B\uFEFF\u2028💻\u{E0041}') });
  fc.assert(
    fc.property(fc.dictionary(odd, fc.array(odd)), (value) => {
      for (const text of [jsonText(value), jsonText(value, 2)]) {
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(visibleLines(text)).toBe(text);
      }
    }),
  );
});
