import { expect, test } from 'vitest';

import { joined } from '../../src/applications/wait-progress.ts';
import type { Awaited } from '../../src/workplace.ts';

const waiting =
  (expected: number, ...missing: readonly string[]) =>
  () => ({ expected, missing, done: 'are up' });

test('waits that go on side by side are shown as one, for as long as any of them goes on', () => {
  const shown: { awaited: () => Awaited; signal: AbortSignal }[] = [];
  const progress = joined({ watch: (awaited, signal) => void shown.push({ awaited, signal }) });
  const [web, db, later] = [new AbortController(), new AbortController(), new AbortController()];
  progress.watch(waiting(3, 'web #2'), web.signal);
  progress.watch(waiting(1, 'db #0'), db.signal);

  expect(shown.map(({ awaited }) => awaited())).toEqual([
    { expected: 4, missing: ['web #2', 'db #0'], done: 'are up' },
  ]);
  web.abort();
  expect(shown[0]?.awaited()).toEqual({ expected: 1, missing: ['db #0'], done: 'are up' });
  expect(shown[0]?.signal.aborted).toBe(false);
  db.abort();
  expect(shown[0]?.signal.aborted).toBe(true);
  progress.watch(waiting(1, 'job #0'), later.signal);
  expect(shown).toHaveLength(2);
});
