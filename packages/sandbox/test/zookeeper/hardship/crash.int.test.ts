import process from 'node:process';
import { expect, test } from 'vitest';

import { crashAgainAndAgain } from './crashes.ts';

test('a server that is killed under a stream of writes has every acknowledged one after its restart', async () => {
  const seed = Number(process.env['OCHOPOD_SEED'] ?? Math.floor(performance.timeOrigin));
  expect(await crashAgainAndAgain({ rounds: 5, seed }), `seed ${seed}`).toBeGreaterThan(100);
});
