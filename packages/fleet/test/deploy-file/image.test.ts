import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseImage, withTag } from '../../src/deploy-file/image.ts';

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image reference', () => {
  test.each([
    { reference: 'redis', name: 'redis' },
    { reference: 'acme/redis:3.2', name: 'acme/redis', tag: '3.2' },
    { reference: 'host:5000/a/b', name: 'host:5000/a/b' },
    { reference: 'host:5000/a/b:1', name: 'host:5000/a/b', tag: '1' },
    { reference: `a@${SHA}`, name: 'a', digest: SHA },
    { reference: `a:1@${SHA}`, name: 'a', tag: '1', digest: SHA },
    { reference: '[::1]:5000/a:1', name: '[::1]:5000/a', tag: '1' },
    { reference: 'Registry.Example.COM/a__b.c-d', name: 'Registry.Example.COM/a__b.c-d' },
  ])('$reference', ({ reference, ...parts }) => {
    expect(parseImage(reference)).toEqual(parts);
  });

  test.each([
    '',
    'Redis',
    'a//b',
    '/a',
    'a/',
    'a:',
    'a:1:2',
    'a b',
    'a@b',
    `a@${SHA}@${SHA}`,
    '-a',
    'a:-1',
    'http://a/b',
  ])('"%s" is none', (reference) => {
    expect(() => parseImage(reference)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  const part = fc.stringMatching(/^[a-z0-9]{1,5}([._-][a-z0-9]{1,3})?$/);
  const registry = fc.option(fc.stringMatching(/^[a-z]{1,5}\.[a-zA-Z]{1,5}(:[0-9]{1,5})?\/$/), { nil: '' });
  const name = fc
    .tuple(registry, fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([host, parts]) => `${host}${parts.join('/')}`);
  const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,10}$/);
  const tail = fc.constantFrom('', `@${SHA}`);

  test('comes apart into what it was put together from', () => {
    fc.assert(
      fc.property(name, tag, tail, (given, version, digest) => {
        expect(parseImage(`${given}${digest}`).name).toBe(given);
        expect(parseImage(`${given}:${version}${digest}`)).toMatchObject({ name: given, tag: version });
      }),
    );
  });

  test('has exactly the tag that it was given, and no digest that would win over it', () => {
    fc.assert(
      fc.property(name, fc.tuple(tag, tag), tail, (given, [before, after], digest) => {
        expect(withTag(`${given}:${before}${digest}`, after)).toBe(`${given}:${after}`);
        expect(withTag(`${given}${digest}`, after)).toBe(`${given}:${after}`);
      }),
    );
  });

  test('takes no tag that is none', () => {
    expect(() => withTag('a', 'b c')).toThrow('"b c" is no image tag');
  });
});
