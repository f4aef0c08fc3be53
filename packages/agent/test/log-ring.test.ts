import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LogRing } from '../src/log-ring.ts';

describe('LogRing', () => {
  test('holds the latest lines, bounded in number and in bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), (lines) => {
        const ring = new LogRing({ maxLines: 5, maxBytes: 40 });
        for (const line of lines) ring.push(line);

        const held = ring.lines();
        expect(held).toEqual(lines.slice(lines.length - held.length));
        expect(held.length).toBeLessThanOrEqual(5);
        const bytes = held.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
        expect(bytes <= 40 || held.length === 1).toBe(true);
      }),
    );
  });

  test('drops no more than it must', () => {
    const ring = new LogRing({ maxLines: 3, maxBytes: 10 });

    for (let number = 1; number <= 99; number += 1) ring.push(String(number));

    expect(ring.lines()).toEqual(['97', '98', '99']);
  });
});
