import type { Pod } from 'ochopod-core';
import { expect, test } from 'vitest';

import { shareRoom } from '../../src/coordination/room.ts';

const pod = (seq: number, bytes: number) =>
  ({ key: `k${seq}`, seq, registration: { notes: 'x'.repeat(bytes) } }) as unknown as Pod;

const seqs = (pods: readonly Pod[]) => pods.map(({ seq }) => seq);

test('everybody has room while all fit together', () => {
  const pods = [pod(1, 400), pod(2, 60_000)];
  expect(shareRoom(pods)).toMatchObject({ fitting: pods, outgrown: [] });
});

test('the large have none first, whenever they came', () => {
  const { fitting, outgrown } = shareRoom([pod(1, 60_000), pod(2, 400), pod(3, 400)], 10_000);
  expect([seqs(fitting), seqs(outgrown)]).toEqual([[2, 3], [1]]);
});

test('among equals those who came first have room, also when a smaller one comes later', () => {
  const { fitting, outgrown, bytes } = shareRoom([pod(1, 460), pod(2, 450), pod(3, 470), pod(4, 400)], 1500);
  expect([seqs(fitting), seqs(outgrown)]).toEqual([[1, 2, 3], [4]]);
  expect(bytes).toBeGreaterThan(1500);
});

test('who is ordinary is not judged by size', () => {
  const { fitting } = shareRoom([pod(1, 5000), pod(2, 400)], 5100);
  expect(seqs(fitting)).toEqual([1]);
});

test('what counts is what is recorded, keys and all', () => {
  const pods = [pod(1, 400), pod(2, 500), pod(3, 600)];
  const record = JSON.stringify(Object.fromEntries(pods.map(({ key, registration }) => [key, registration])));
  expect(shareRoom(pods).bytes).toBe(record.length - '}'.length);
});

test('two thousand plain pods have room', () => {
  const { outgrown } = shareRoom(Array.from({ length: 2000 }, (_, seq) => pod(seq, 430)));
  expect(outgrown).toEqual([]);
});
