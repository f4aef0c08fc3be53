import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';

import { ManualClock, settle } from '../../src/testing/index.ts';
import { withDeadline } from '../../src/waiting/deadline.ts';

const forever = () => new Promise<never>(() => {});

test('gives what the task gives, and leaves no timer behind', async () => {
  const clock = new ManualClock();
  await expect(withDeadline(options(clock), async () => 7)).resolves.toBe(7);
  await settle();

  expect(clock.pending).toBe(0);
});

test('leaves no listener behind on a parent that goes on', async () => {
  const parent = new AbortController().signal;
  await withDeadline({ ...options(new ManualClock()), parent }, async () => {});

  expect(getEventListeners(parent, 'abort')).toEqual([]);
});

test('gives up on a task that ignores its signal', async () => {
  const clock = new ManualClock();
  const late = expect(withDeadline(options(clock), forever)).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: 'the task did not finish within 5 s',
  });
  await clock.advance(5000);
  await late;
});

test('aborts the signal of the task when time is up', async () => {
  const clock = new ManualClock();
  let reason: unknown;
  const late = withDeadline(options(clock), (signal) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return forever();
  }).catch(() => {});
  await clock.advance(5000);
  await late;

  expect(reason).toMatchObject({ code: 'TIMEOUT' });
});

test('ends with its parent', async () => {
  const clock = new ManualClock();
  const parent = new AbortController();
  const task = expect(withDeadline({ ...options(clock), parent: parent.signal }, forever)).rejects.toThrow('enough');
  parent.abort(new Error('enough'));
  await task;
  await settle();

  expect(clock.pending).toBe(0);
});

const options = (clock: ManualClock) => ({
  clock,
  ms: 5000,
  what: 'the task',
  parent: new AbortController().signal,
});
