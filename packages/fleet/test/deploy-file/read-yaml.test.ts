import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseDeployFile } from '../../src/deploy-file/deploy-file.ts';
import { plain } from '../../src/documents/located.ts';
import { readYaml } from '../../src/documents/read-yaml.ts';
import { problemsOf } from './support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function read(text: string) {
  const { map, problems } = readYaml(bytes(text), 'a.yml');
  return { value: map === undefined ? undefined : plain(map), said: problemsOf({ ok: false, problems }) };
}

describe('YAML', () => {
  test('anchors, aliases and merge keys mean what they stand for, and what is said itself wins', () => {
    const { value, said } = read('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a]\nd: {<<: [{x: 9}, *a]}');

    expect(said).toEqual([]);
    expect(value).toMatchObject({ b: { x: 1, y: 3 }, c: [{ x: 1, y: 2 }], d: { x: 9, y: 2 } });
  });

  test('an alias means the last anchor of that name before it', () => {
    expect(read('a: &a 1\nb: *a\nc: &a 2\nd: *a').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
    expect(read('a: &a 1\nb: &b [*a]\nc: &a 2\nd: *b').value).toEqual({ a: 1, b: [1], c: 2, d: [1] });
  });

  test('names are text, also those that objects have already', () => {
    const { value } = read('8080: a\ntrue: b\n__proto__: c\nconstructor: d\n"<<": e');

    expect(Object.entries(value as object)).toEqual(
      expect.arrayContaining([
        ['8080', 'a'],
        ['true', 'b'],
        ['__proto__', 'c'],
        ['constructor', 'd'],
        ['<<', 'e'],
      ]),
    );
  });

  test.each([
    { text: 'a: 1\nb: 2\na: 3', says: 'a.yml:3:1: "a" stands here again; it stands already at 1:1' },
    { text: 'a:\n  b: 1\n  b: 2', says: 'a.yml:3:3: "b" stands here again; it stands already at 2:3' },
    { text: 'a: *b', says: 'a.yml:1:4: nothing before this is called &b' },
    { text: 'a: &a [*a]', says: 'a.yml:1:8: contains itself' },
    { text: '? [a]\n: b', says: 'a.yml:1:3: a name must be plain text' },
    { text: 'a: {<<: 3}', says: 'a.yml:1:9: << takes a map, or a list of maps' },
    { text: 'a: 1\n---\nb: 2', says: 'a.yml:2:1: another document begins here' },
    { text: 'a: !secret x', says: 'a.yml:1:4: unresolved tag: !secret' },
    { text: '', says: 'a.yml:1:1: the file is empty' },
    { text: '# only a comment\n', says: 'a.yml:1:1: the file is empty' },
    { text: '- a\n- b', says: 'a.yml:1:1: must hold names and their values' },
    { text: 'a: b\n\tc: d', says: 'a.yml:2:1: ' },
    { text: 'a: "b', says: 'a.yml:1:6: ' },
    { text: 'a: x\nb: \u0000', says: 'a.yml:2:4: the control character U+0000' },
    { text: `a: ${'['.repeat(1_000_000)}`, says: 'a.yml:1:103: nested deeper than 100 levels' },
    { text: 'a: x'.repeat(300_000), says: 'a.yml:1:1: larger than 1 MB' },
  ])('says $says', ({ text, says }) => {
    const { said } = read(text);

    expect(said[0]).toContain(says);
  });

  test('bytes that are no UTF-8 are told, with their place', () => {
    const { problems } = readYaml(Uint8Array.from([97, 58, 32, 0xff]), 'a.yml');

    expect(problems).toMatchObject([{ line: 1, column: 4, message: 'not UTF-8' }]);
  });

  test('aliases of aliases do not blow up', () => {
    const laughs = Array.from({ length: 12 }, (_, at) => {
      const inner = at === 0 ? 'x' : `*a${at - 1}`;
      return `a${at}: &a${at} [${Array.from({ length: 10 }, () => inner).join(', ')}]`;
    });

    expect(read(laughs.join('\n')).said).toEqual([expect.stringContaining('more than 200000 values')]);
  });

  test('tells all problems at once, in the order in which they stand', () => {
    expect(read('b: 1\nb: 2\nc: *x\nb: 3').said.map((line) => line.slice(0, 'a.yml:2'.length))).toEqual([
      'a.yml:2',
      'a.yml:3',
      'a.yml:4',
    ]);
  });
});

describe('whatever a file holds', () => {
  const token = fc.constantFrom(
    ...['cluster: a\n', 'image: b\n', 'ports:\n', '  - 80 *\n', 'settings: ', '&a ', '*a', '<<: ', '{', '}', '[', ']'],
    ...[
      '"',
      "'",
      '|\n',
      '>\n',
      '---\n',
      '? ',
      ': ',
      '- ',
      '\t',
      '\n',
      '  ',
      '#',
      '!x ',
      '%',
      '~',
      '.nan',
      '0x',
      'env:\n',
    ],
    ...['  __proto__: 1\n', 'upgrade: ', 'health: ', 'wait: ', 'command: ', 'constraints: ', '\ud800', '\u2028'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(token, { maxLength: 40 }).map((all) => all.join('')),
  );

  test('there are problems or a definition, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(text.map(bytes), fc.uint8Array()), (content) => {
        const checked = parseDeployFile(content, 'a.yml');

        if (checked.ok) expect(checked.value.cluster).not.toBe('');
        else
          expect(checked.problems.every(({ line, column, message }) => line > 0 && column > 0 && message)).toBe(true);
        expect(checked.ok || checked.problems.length > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
