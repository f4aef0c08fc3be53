import { ManualClock, settle } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { inTurns } from '../../src/coordination/turns.ts';

describe('asking many pods', () => {
  let clock: ManualClock;
  /** What lets go of each pod that was asked so far, in order: its request is sent, its answer is there. */
  let asked: { readonly sent: () => void; readonly answer: () => void; readonly fail: (error: Error) => void }[];

  const pods = (count: number) =>
    Array.from(
      { length: count },
      () => (sent: () => void) => new Promise<void>((answer, fail) => void asked.push({ sent, answer, fail })),
    );

  beforeEach(() => {
    clock = new ManualClock();
    asked = [];
  });

  test('sends to a few at a time', async () => {
    void inTurns(clock, pods(200));
    await settle();
    expect(asked).toHaveLength(64);

    asked[17]?.sent();
    await settle();
    expect(asked).toHaveLength(65);
  });

  test('waits for all answers at once, and for each of them', async () => {
    let isDone = false;
    const done = inTurns(clock, pods(200)).then(() => (isDone = true));
    for (let at = 0; at < 200; at += 1) {
      await settle();
      asked[at]?.sent();
    }
    expect(asked).toHaveLength(200);
    for (const { answer } of asked.slice(1)) answer();
    await settle();
    expect(isDone).toBe(false);

    asked[0]?.answer();
    await done;
  });

  test('is not kept by pods that take nothing of what they are sent', async () => {
    void inTurns(clock, pods(200));
    await settle();
    await clock.advance(1000);
    expect(asked).toHaveLength(128);
  });

  test('leaves everything else its time, also where each is sent its part at once', async () => {
    let others = 0;
    const go = () => {
      others += 1;
      if (others < 1000) setImmediate(go);
    };
    setImmediate(go);
    await inTurns(
      clock,
      Array.from({ length: 640 }, () => async (sent: () => void) => sent()),
    );

    expect(others).toBeGreaterThan(5);
    others = 1000;
  });

  test('asks nobody else once one has thrown', async () => {
    const done = inTurns(clock, pods(200));
    await settle();
    asked[3]?.fail(new Error('a newer leader is known'));
    await expect(done).rejects.toThrow('a newer leader is known');
    asked[4]?.answer();
    await clock.advance(1000);

    expect(asked.length).toBeLessThan(70);
  });
});
