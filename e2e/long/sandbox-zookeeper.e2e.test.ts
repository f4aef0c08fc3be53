import process from 'node:process';
import { expect, test } from 'vitest';

import { crashAgainAndAgain } from '../../packages/sandbox/test/zookeeper/hardship/crashes.ts';
import { fuzz } from '../../packages/sandbox/test/zookeeper/hardship/fuzzing.ts';

const CRASHES = Number(process.env['CRASHES'] ?? 100);
const ATTACKS = Number(process.env['ATTACKS'] ?? 20_000);
const SEED = Number(process.env['OCHOPOD_SEED'] ?? Math.floor(performance.timeOrigin));

test(`a server with a directory is killed ${CRASHES} times, and loses nothing that it acknowledged`, async () => {
  const onRound = (round: number, writes: number) => console.log(`crash ${round}: ${writes} writes, all there`);
  expect(await crashAgainAndAgain({ rounds: CRASHES, seed: SEED, onRound }), `seed ${SEED}`).toBeGreaterThan(0);
});

test(`${ATTACKS} hostile connections disturb nobody and leave nothing behind`, async () => {
  const rounds = 4;
  const { attacked, worked } = await fuzz({ seed: SEED, attacks: Math.ceil(ATTACKS / (rounds + 1)), rounds });
  console.log(`${attacked} hostile connections; a bystander read, wrote and was told ${worked} times meanwhile`);
});
