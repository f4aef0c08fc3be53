import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splitCommandLine } from '../../src/tools/split-command-line.ts';

describe('splitCommandLine', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['shell cat  a.txt', ['shell', 'cat', 'a.txt']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
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
    expect(splitCommandLine(line)).toEqual(words);
  });

  test.each(["a 'b", 'a "b', 'a "b\\"'])('refuses a quote that is not closed: %s', (line) => {
    expect(() => splitCommandLine(line)).toThrow(/is not closed/);
  });

  test('gives back any words that were quoted in the POSIX way', () => {
    const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(splitCommandLine(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });

  test('gives back any words whose every character was escaped', () => {
    const escaped = (word: string) => [...word].map((char) => `\\${char}`).join('');
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'binary-ascii' })), (words) => {
        expect(splitCommandLine(words.map(escaped).join(' '))).toEqual(words);
      }),
    );
  });
});
