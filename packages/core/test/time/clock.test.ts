import { expect, test } from 'vitest';

import { systemClock } from '../../src/time/clock.ts';

test.each([2 ** 31, 1e12])('does not take %i ms, which are more than a timer holds, for none', async (ms) => {
  const left = new AbortController();
  let woken = false;
  const sleeping = systemClock.sleep(ms, left.signal).then(() => {
    woken = true;
  });
  await systemClock.sleep(20);
  expect(woken).toBe(false);

  left.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
});
