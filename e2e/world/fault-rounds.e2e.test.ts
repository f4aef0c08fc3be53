import process from 'node:process';
import { describe, test } from 'vitest';

import { playRounds } from '../support/endurance/rounds.ts';
import { missing, titled } from '../support/stage.ts';

const ROUNDS = 20;
/** Always the same faults in the same order: chance is for `npm run test:long`. */
const SEED = Number(process.env['SEED'] ?? 1);

describe.skipIf(missing)(titled('three pods, and two that depend on them, on three servers'), () => {
  test(`are right again after each of ${ROUNDS} faults`, { timeout: 300_000 }, async () => {
    await playRounds({ rounds: ROUNDS, seed: SEED, onRound: () => {} });
  });
});
