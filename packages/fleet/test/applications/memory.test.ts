import { ManualClock } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import type { Judgement } from '../../src/applications/judge-task.ts';
import { Memory } from '../../src/applications/memory.ts';
import type { Expectation } from '../../src/applications/standing.ts';
import type { Application } from '../../src/scheduler/index.ts';
import { application, EXPECTED, task } from './support.ts';

const up = (id: string): Judgement => ({
  ...{ task: task(id), pod: undefined, is: 'up', why: '', restarts: 0, stderr: [] },
});

/** An application of which this task ended last. */
const ended = (id: string, version = 'v1'): Application => ({
  ...application(),
  lastFailure: { task: id, version, why: 'TASK_FAILED' },
});

/** What one wait remembers of each look. */
function remembering(expected: Expectation = EXPECTED) {
  const clock = new ManualClock();
  const memory = new Memory(clock, expected);
  return {
    clock,
    failuresOf: (seen: Application, ...judged: Judgement[]) => memory.note(seen, judged, undefined).failures,
    memory,
  };
}

describe('of tasks that ended by themselves', () => {
  test('each is counted once, and what ended before the wait is not', () => {
    const { failuresOf } = remembering();

    expect(['x0', 'x0', 'x1', 'x1', 'x2'].map((id) => failuresOf(ended(id)))).toEqual([0, 0, 1, 1, 2]);
  });

  test('the first is counted when it is one of the change that is waited for', () => {
    expect(remembering({ ...EXPECTED, change: { version: 'v1' } }).failuresOf(ended('x0'))).toBe(1);
  });

  test('those of other versions are not counted', () => {
    const { failuresOf } = remembering({ ...EXPECTED, version: 'v2' });

    expect(['x0', 'x1', 'x2'].map((id) => failuresOf(ended(id)))).toEqual([0, 0, 0]);
  });

  test('none is held against those that come up all the same', () => {
    const { failuresOf } = remembering();
    for (const id of ['x0', 'x1', 'x2']) failuresOf(ended(id));

    expect(failuresOf(ended('x2'), up('t0'))).toBe(1);
    expect(failuresOf(ended('x3'), up('t0'))).toBe(2);
  });
});

test('what finds no place has found none since it was first said, and anew when it was not said in between', async () => {
  const { clock, memory } = remembering();
  const forMs = (why: string | undefined) => memory.note(application(), [], why).unplaced?.forMs;
  expect(forMs('no memory')).toBe(0);
  await clock.advance(3000);

  expect(forMs('no memory')).toBe(3000);
  expect(forMs(undefined)).toBeUndefined();
  expect(forMs('no memory')).toBe(0);
});
