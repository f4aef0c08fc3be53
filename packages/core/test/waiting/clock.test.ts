import { expect, test } from 'vitest';

import { ManualClock } from '../../src/testing/index.ts';
import { systemClock } from '../../src/waiting/clock.ts';

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

test('calls nobody who has called it off', async () => {
  const called: string[] = [];
  const callOff = systemClock.after(1, () => called.push('called off'));
  const done = new Promise<void>((resolve) => void systemClock.after(20, resolve));
  callOff();
  await done;

  expect(called).toEqual([]);
});

test('does not call at once what is to be called in more time than a timer holds', async () => {
  const called: string[] = [];
  const callOff = systemClock.after(2 ** 31, () => called.push('too early'));
  await systemClock.sleep(20);
  callOff();

  expect(called).toEqual([]);
});

test('a clock that a test moves calls in due time, too, and keeps nothing that was called off', async () => {
  const clock = new ManualClock();
  const called: string[] = [];
  clock.after(20, () => called.push('second'));
  clock.after(10, () => called.push('first'));
  clock.after(15, () => called.push('called off'))();
  expect(clock.pending).toBe(2);

  await clock.advance(19);
  expect(called).toEqual(['first']);
  await clock.advance(1);
  expect(called).toEqual(['first', 'second']);
});
