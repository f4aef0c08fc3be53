import { expect, test } from 'vitest';

import { backoffMs } from '../../src/waiting/backoff.ts';

const policy = { firstMs: 250, maxMs: 30_000, factor: 2, jitter: 0.5 };

test.each([
  [1, 250],
  [2, 500],
  [8, 30_000],
  [100_000, 30_000],
])('after %i failures it waits %i ms', (failures, expected) => {
  expect(backoffMs(policy, failures, 0)).toBe(expected);
});

test('takes up to the share of jitter off', () => {
  expect(backoffMs(policy, 1, 1)).toBe(125);
});
