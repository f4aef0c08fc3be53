import process from 'node:process';
import { describe, test } from 'vitest';

import { playInterruptions } from '../support/interruptions/rounds.ts';

const ROUNDS = 10;
/** Always the same changes in the same order: chance is for `npm run test:long`. */
const SEED = Number(process.env['SEED'] ?? 1);

describe('changes that are interrupted', () => {
  test(`and gone on with end as they were asked to, ${ROUNDS} times`, { timeout: 300_000 }, async () => {
    await playInterruptions({ rounds: ROUNDS, seed: SEED, pods: 2, onRound: () => {} });
  });
});
