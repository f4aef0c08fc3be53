import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseBoundedJson } from '../../src/domain/bounded-json.ts';

describe('JSON from outside', () => {
  test('is read as any other when it is not too deep', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is refused when it is, whatever its strings say', () => {
    expect(parseBoundedJson('[["[[[[\\\\", "\\"[[["]]', { maxDepth: 2 })).toEqual([['[[[[\\', '"[[[']]);
    expect(() => parseBoundedJson('[[[]]]', { maxDepth: 2 })).toThrow('nested more than 2 levels deep');
    expect(() => parseBoundedJson('['.repeat(1_000_000))).toThrow('nested more than 64 levels deep');
  });

  test.each(['', '{', '"', '"\\', ']'])('%j is none', (text) => {
    expect(() => parseBoundedJson(text)).toThrow('it is not JSON');
  });
});
