import process from 'node:process';
import { test } from 'vitest';

import { LEADING } from '../../packages/agent/test/coordination/hostile/claims.ts';
import { CLAIMS } from '../../packages/core/test/hostile/claims.ts';

const MINUTES = Number(process.env['FUZZ_MINUTES'] ?? 60);
const SEED = Number(process.env['SEED'] ?? Math.floor(performance.timeOrigin / 1000));
/** So many cases have one seed. */
const BATCH = 1000;

/** Each claim has its share of the time. */
const claims = [...CLAIMS, ...LEADING];

test.each(claims)('$title', async ({ title, holds }) => {
  const end = performance.now() + (MINUTES * 60_000) / claims.length;
  let batch = 0;
  for (; performance.now() < end; batch += 1) {
    // A failure prints the smallest case, and its seed.
    await holds({ cases: BATCH, seed: SEED + batch });
  }
  console.log(`fuzz: ${title}: ${batch * BATCH} cases, seeds ${SEED} to ${SEED + batch - 1}`);
});
