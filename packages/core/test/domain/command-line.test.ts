import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { quoteWord, splitWords } from '../../src/domain/command-line.ts';

describe('splitWords', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['shell cat  a.txt', ['shell', 'cat', 'a.txt']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`exec web 'a b' "c \\"d\\"" e\\ f g'h'"i"`, ['exec', 'web', 'a b', 'c "d"', 'e f', 'ghi']],
    [`'' ""`, ['', '']],
    [`it\\'s a\\ b`, [`it's`, 'a b']],
    [`"a \\"b\\" \\\\ \\n"`, ['a "b" \\ \\n']],
    [`'a\\b'`, ['a\\b']],
    [
      '$HOME *.txt ; rm -rf `x` $(y) | z > w & ~ {a,b} #c',
      '$HOME *.txt ; rm -rf `x` $(y) | z > w & ~ {a,b} #c'.split(' '),
    ],
    ['a\tb\nc', ['a', 'b', 'c']],
    ['end\\', ['end\\']],
  ])('cuts %j', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  test.each(["a 'b", 'a "b', 'a "b\\"'])('refuses a quote that is not closed: %s', (line) => {
    expect(() => splitWords(line)).toThrow('the line ends inside');
  });

  test('gives back any words that were quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });

  test('gives back any words whose every character was escaped', () => {
    const escaped = (word: string) => [...word].map((char) => `\\${char}`).join('');
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'binary-ascii' })), (words) => {
        expect(splitWords(words.map(escaped).join(' '))).toEqual(words);
      }),
    );
  });
});
