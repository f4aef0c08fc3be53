import { expect, test } from 'vitest';

import { Wakeup } from '../../src/waiting/wakeup.ts';

const never = new AbortController().signal;

test('remembers one wake for whoever looks later', async () => {
  const wakeup = new Wakeup();
  wakeup.wake();
  wakeup.wake();
  await wakeup.next(never);

  expect(await pending(wakeup.next(never))).toBe(true);
});

test('wakes the one that waits', async () => {
  const wakeup = new Wakeup();
  const waiting = wakeup.next(never);
  wakeup.wake();

  await expect(waiting).resolves.toBeUndefined();
});

test('gives up with the reason of its signal, and can be waited on again', async () => {
  const wakeup = new Wakeup();
  const enough = new AbortController();
  const waiting = wakeup.next(enough.signal);
  enough.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');

  wakeup.wake();
  await expect(wakeup.next(never)).resolves.toBeUndefined();
});

const pending = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => false), new Promise<boolean>((resolve) => setImmediate(resolve, true))]);
