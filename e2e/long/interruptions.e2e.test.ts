import process from 'node:process';
import { describe, test } from 'vitest';

import { playInterruptions } from '../support/interruptions/rounds.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 100);
/** As many as `npm test` has with 2: the same seed plays the same. */
const PODS = Number(process.env['PODS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? Math.floor(performance.timeOrigin / 1000));

describe('changes that are interrupted', () => {
  test(`${ROUNDS} without one miss`, async () => {
    console.log(`interruptions: SEED=${SEED} ROUNDS=${ROUNDS}`);
    await playInterruptions({
      rounds: ROUNDS,
      seed: SEED,
      pods: PODS,
      onRound: (round, { name, interruptions, ofMs, ended, came }) => {
        const signals = interruptions.map(({ signal, afterMs }) => `${signal} after ${afterMs}`).join(' and ');
        console.log(`interruption ${round}: ${name}: ${signals} of ${ofMs} ms: ${ended}, ${came}`);
      },
    });
  });
});
