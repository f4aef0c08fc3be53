import { test } from 'vitest';

import { CLAIMS } from './claims.ts';

test.each(CLAIMS)('$title', { timeout: 120_000 }, ({ holds }) => holds({ cases: 1000, seed: 1 }));
