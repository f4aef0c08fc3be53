import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';

import { systemClock } from '../../src/waiting/clock.ts';
import { withDeadline } from '../../src/waiting/deadline.ts';
import { withEither } from '../../src/waiting/either.ts';
import { onAbort } from '../../src/waiting/on-abort.ts';

test('a thousand who wait for a signal are one listener, and each is told once', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const told: number[] = [];
  for (let number = 0; number < 1000; number += 1) onAbort(signal, () => told.push(number));

  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  controller.abort();
  expect(told).toEqual(Array.from({ length: 1000 }, (_, number) => number));
});

test('whoever no longer waits is not told, and nothing is left when nobody does', () => {
  const controller = new AbortController();
  const told: string[] = [];
  const forget = onAbort(controller.signal, () => told.push('one'));
  const forgetOther = onAbort(controller.signal, () => told.push('other'));
  forget();
  forget();
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
  forgetOther();
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  controller.abort();

  expect(told).toEqual([]);
});

test('one that is told may call off another', () => {
  const controller = new AbortController();
  const told: string[] = [];
  onAbort(controller.signal, () => {
    told.push('one');
    forget();
  });
  const forget = onAbort(controller.signal, () => told.push('other'));
  controller.abort();

  expect(told).toEqual(['one']);
});

test('thirty deadlines, waits and sleeps under one signal leave one listener while they last, and none after', async () => {
  const { signal } = new AbortController();
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const running = Array.from({ length: 30 }, () =>
    withDeadline({ clock: systemClock, ms: 60_000, what: 'it', parent: signal }, (bounded) =>
      withEither([bounded, signal], () => finished),
    ),
  );

  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  finish();
  await Promise.all(running);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
