import process from 'node:process';
import { expect, onTestFailed, test } from 'vitest';

import { crashAgainAndAgain } from '../../packages/sandbox/test/zookeeper/hardship/crashes.ts';
import { fuzz } from '../../packages/sandbox/test/zookeeper/hardship/fuzzing.ts';

const CRASHES = Number(process.env['CRASHES'] ?? 100);
const ATTACKS = Number(process.env['ATTACKS'] ?? 40_000);
const SEED = Number(process.env['OCHOPOD_SEED'] ?? Math.floor(performance.timeOrigin));

const tellSeed = () => onTestFailed(() => console.error(`to do it again: OCHOPOD_SEED=${SEED}`));

test(`a server with a directory is killed ${CRASHES} times, and loses nothing that it acknowledged`, async () => {
  tellSeed();
  const onRound = (round: number, writes: number) => console.log(`crash ${round}: ${writes} writes, all there`);
  const { acknowledged, snapshots } = await crashAgainAndAgain({ rounds: CRASHES, seed: SEED, onRound });
  expect(snapshots).toBeGreaterThan(0);
  console.log(`sandbox: killed ${CRASHES} times, ${acknowledged} writes and ${snapshots} snapshots: nothing lost`);
});

test(`${ATTACKS} hostile connections disturb nobody and leave nothing behind`, async () => {
  tellSeed();
  const rounds = 4;
  const { attacked, worked } = await fuzz({ seed: SEED, attacks: Math.ceil(ATTACKS / (rounds + 1)), rounds });
  console.log(`sandbox: ${attacked} hostile connections, ${worked} rounds of a bystander meanwhile: nothing left`);
});
