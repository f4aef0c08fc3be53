import { describe, expect, test } from 'vitest';

import { deployedAt, nextId } from '../../src/applications/generations.ts';
import { leaving, nextStep, type RollOutState } from '../../src/bump/steps.ts';
import type { Task } from '../../src/scheduler/index.ts';
import { fakePod } from '../../src/testing/fake-pods.ts';

describe('the next step of a roll-out', () => {
  test.each<[string, Partial<RollOutState>, object]>([
    ['begins with a batch', {}, { kind: 'begin', instances: 2 }],
    ['begins with no more than there are to be', { size: 1, former: 1 }, { kind: 'begin', instances: 1 }],
    ['begins with the canaries', { canary: 1 }, { kind: 'begin', instances: 1 }],
    ['takes away as many as came', { next: 2 }, { kind: 'shrink', count: 2 }],
    ['adds the next batch', { next: 2, former: 3 }, { kind: 'grow', instances: 4 }],
    ['adds no more than there are to be', { next: 4, former: 1 }, { kind: 'grow', instances: 5 }],
    ['takes the last away', { next: 5, former: 1 }, { kind: 'shrink', count: 1 }],
    ['ends when all are new', { next: 5, former: 0 }, { kind: 'finish' }],
    ['stays with its canaries', { canary: 1, next: 1 }, { kind: 'stay' }],
    ['stays with more than its canaries', { canary: 1, next: 3 }, { kind: 'stay' }],
    ['adds canaries', { canary: 2, next: 1 }, { kind: 'grow', instances: 2 }],
    ['goes on after canaries', { next: 1, former: 5 }, { kind: 'shrink', count: 1 }],
    ['adds what the former lost by itself', { next: 1, former: 2 }, { kind: 'grow', instances: 3 }],
    ['ends when the former is gone by itself', { next: 5, former: 0, size: 3 }, { kind: 'finish' }],
  ])('%s', (_title, state, step) => {
    expect(nextStep({ size: 5, former: 5, next: undefined, batch: 2, ...state })).toEqual(step);
  });

  test.each([1, 2, 3, 4, 7, 20])('never leaves fewer than %i pods, and comes to an end', (size) => {
    for (let batch = 1; batch <= size + 1; batch += 1) {
      const states = played({ size, former: size, next: undefined, batch });
      for (const { former, next = 0 } of states) expect(former + next).toBeGreaterThanOrEqual(size);
      expect(states.at(-1)).toMatchObject({ former: 0, next: size });
    }
  });
});

/** How things stand after each step, to the end. */
function played(state: RollOutState, so: readonly RollOutState[] = []): readonly RollOutState[] {
  const step = nextStep(state);
  if (so.length > 3 * state.size) throw new Error('it has no end');
  const goOn = (after: RollOutState) => played(after, [...so, after]);
  if (step.kind === 'shrink') return goOn({ ...state, former: state.former - step.count });
  return 'instances' in step ? goOn({ ...state, next: step.instances }) : so;
}

test('those without a pod go first, then those that are not up, then the youngest', () => {
  const member = (seq: number) => ({ task: task(`t-${seq}`), pod: fakePod(`demo.web #${seq}`) });
  const [first, second, third] = [member(1), member(2), member(3)];
  const unborn = { task: task('t-x'), pod: undefined };
  const up = [first.pod, third.pod];

  expect(leaving([first, second, third, unborn], up, 3)).toEqual([unborn, second, third]);
});

test('the next generation has the time of now in its id, unless that is taken', () => {
  const now = 1_770_091_506_000; // 2026-02-03 04:05:06
  expect(nextId({ id: 'ochopod.demo.web-2026-01-01-00-00-00' }, now, [])).toBe('ochopod.demo.web-2026-02-03-04-05-06');
  expect(nextId({ id: 'group/web' }, now, ['group/web-2026-02-03-04-05-06'])).toBe('group/web-2026-02-03-04-05-07');
});

test('when it was deployed is in its id, or else the time of its version', () => {
  const version = '2026-03-01T10:20:30.000Z';
  expect(deployedAt({ id: 'web-2026-01-01-00-00-00', version })).toBe('2026-01-01-00-00-00');
  expect(deployedAt({ id: 'web', version })).toBe('2026-03-01-10-20-30');
});

function task(id: string): Task {
  return { id, host: 'node-1', state: 'running', healthy: undefined, version: '', startedAt: undefined };
}
