import { describe, expect, test } from 'vitest';

import { planKill } from '../../src/kill/plan.ts';

const task = (id: string, state: 'starting' | 'running' | 'ending' = 'running') => ({
  ...{ id, host: 'node-1', state, healthy: undefined, version: '1', startedAt: undefined },
});

function plan(given: { tasks?: ReturnType<typeof task>[]; wanted?: number; killed: string[]; dead?: string[] }) {
  const { tasks = [task('a'), task('b')], killed, dead = [], wanted = tasks.length } = given;
  const application = { id: 'web', image: 'web:1', env: {}, labels: {}, version: '1', changes: [], tasks };
  return planKill(
    { ...application, instances: wanted, isChecked: false, lastFailure: undefined },
    { killed: new Set(killed), dead: new Set(dead) },
  );
}

describe('an application of which pods were killed', () => {
  test('goes when nobody else is left', () => {
    expect(plan({ killed: ['a', 'b'] })).toEqual({ kind: 'delete', tasks: ['a', 'b'] });
    expect(plan({ killed: ['a'], dead: ['b'] })).toEqual({ kind: 'delete', tasks: ['a', 'b'] });
  });

  test('gets smaller by exactly those otherwise, whoever else is dead', () => {
    expect(plan({ killed: ['a'] })).toEqual({ kind: 'remove', tasks: ['a'], left: 1 });
    const three = [task('a'), task('b'), task('c')];
    expect(plan({ tasks: three, killed: ['a'], dead: ['b'] })).toEqual({ kind: 'remove', tasks: ['a'], left: 2 });
  });

  test('stays while somebody is still to come', () => {
    expect(plan({ tasks: [task('a'), task('b', 'starting')], killed: ['a'] })).toMatchObject({
      kind: 'remove',
      left: 1,
    });
    expect(plan({ tasks: [task('a')], wanted: 3, killed: ['a'] })).toEqual({ kind: 'remove', tasks: ['a'], left: 2 });
  });

  test('does not stay for those who are on their way out', () => {
    expect(plan({ tasks: [task('a'), task('b', 'ending')], wanted: 1, killed: ['a'] })).toMatchObject({
      kind: 'delete',
    });
  });

  test('is not concerned when its tasks are others by now', () => {
    expect(plan({ killed: ['x'] })).toBe(undefined);
  });
});
