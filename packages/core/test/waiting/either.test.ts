import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';

import { withEither } from '../../src/waiting/either.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test.each([0, 1])('aborts with signal %i, for its reason', async (which) => {
  const [one, other] = [new AbortController(), new AbortController()];
  const running = withEither([one.signal, other.signal], untilAborted);
  (which === 0 ? one : other).abort('enough');

  await expect(running).rejects.toBe('enough');
});

test('gives a task that comes too late a signal that has aborted', async () => {
  const aborted = AbortSignal.abort('too late');

  await expect(withEither([aborted, new AbortController().signal], async ({ reason }) => reason)).resolves.toBe(
    'too late',
  );
});

test('leaves nothing behind on a signal that goes on', async () => {
  const { signal } = new AbortController();
  await withEither([signal], async () => {});

  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
