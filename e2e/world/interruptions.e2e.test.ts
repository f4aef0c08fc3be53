import process from 'node:process';
import { describe, test } from 'vitest';

import { playInterruptions } from '../support/interruptions/rounds.ts';

const ROUNDS = 10;
/** Always the same, which is of every kind and well into each: chance is for `npm run test:long`. */
const SEED = Number(process.env['SEED'] ?? 16_256);

describe('changes that are interrupted', () => {
  test(`and gone on with end as they were asked to, ${ROUNDS} times`, { timeout: 300_000 }, async () => {
    await playInterruptions({ rounds: ROUNDS, seed: SEED, pods: 2, onRound: () => {} });
  });
});
