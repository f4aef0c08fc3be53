import { test } from 'vitest';

import { LEADING } from './claims.ts';

test.each(LEADING)('$title', { timeout: 120_000 }, ({ holds }) => holds({ cases: 300, seed: 1 }));
