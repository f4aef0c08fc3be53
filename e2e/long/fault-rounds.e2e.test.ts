import process from 'node:process';
import { describe, test } from 'vitest';

import { playRounds } from '../support/endurance/rounds.ts';
import { missing, titled } from '../support/stage.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 300);
const SEED = Number(process.env['SEED'] ?? Math.floor(performance.timeOrigin / 1000));

describe.skipIf(missing)(titled('faults on three servers'), () => {
  test(`${ROUNDS} without one miss`, async () => {
    console.log(`SEED=${SEED} ROUNDS=${ROUNDS}`);
    await playRounds({
      rounds: ROUNDS,
      seed: SEED,
      onRound: (round, fault, ms) => console.log(`round ${round}: ${fault}: back after ${ms} ms`),
    });
  });
});
