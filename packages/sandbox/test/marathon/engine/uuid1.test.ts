import { expect, test } from 'vitest';

import { uuid1Maker } from '../../../src/marathon/engine/uuid1.ts';

test('ids tell when they were made, and who made them', () => {
  const make = uuid1Maker(
    () => 1_767_225_600_000,
    (size) => new Uint8Array(size).fill(0xff),
  );

  // What `uuid -d` and Python's uuid say of it: version 1, 2026-01-01 00:00:00 UTC, node ff:ff:ff:ff:ff:ff.
  expect(make()).toBe('d0c3c000-e6a4-11f0-bfff-ffffffffffff');
});

test('no id comes twice, also when the clock stands still or is set back', () => {
  let now = 1_767_225_600_000;
  const make = uuid1Maker(
    () => now,
    (size) => new Uint8Array(size),
  );

  const first = [make(), make()];
  now -= 1000;

  expect(new Set([...first, make()]).size).toBe(3);
});
