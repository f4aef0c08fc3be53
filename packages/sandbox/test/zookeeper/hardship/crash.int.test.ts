import process from 'node:process';
import { expect, onTestFailed, test } from 'vitest';

import { crashAgainAndAgain } from './crashes.ts';

test('a server that is killed under a stream of writes has every acknowledged one after its restart', async () => {
  const seed = Number(process.env['OCHOPOD_SEED'] ?? Math.floor(performance.timeOrigin));
  onTestFailed(() => void process.stderr.write(`to do it again: OCHOPOD_SEED=${seed}\n`));
  const { acknowledged, snapshots } = await crashAgainAndAgain({ rounds: 5, seed });
  expect(acknowledged).toBeGreaterThanOrEqual(2500);
  expect(snapshots).toBeGreaterThan(0);
});
