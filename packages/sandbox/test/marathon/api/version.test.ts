import { expect, test } from 'vitest';

import { parseVersion } from '../../../src/marathon/api/version.ts';

test.each([
  ['2026-01-01T00:00:00.123Z', '2026-01-01T00:00:00.123Z'],
  ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.100Z'],
  ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
  ['2026-01-01T00:00:00.123+00:00', '2026-01-01T00:00:00.123Z'],
])('a version has three decimals, whoever leaves them out: %s', (said, version) => {
  expect(parseVersion(said)).toBe(version);
});
