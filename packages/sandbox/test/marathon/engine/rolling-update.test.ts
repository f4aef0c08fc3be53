import { beforeEach, describe, expect, test } from 'vitest';

import { draft, HEALTH_CHECK } from './drafts.ts';
import { GENTLY, World } from './world.ts';

const V1 = draft({
  instances: 3,
  healthChecks: [HEALTH_CHECK],
  env: { VERSION: '1' },
  upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0 },
});
const V2 = { ...V1, env: { VERSION: '2' } };

let world: World;

beforeEach(async () => {
  world = new World();
  world.engine.update([V1], GENTLY);
  await world.settle();
  for (const task of world.tasks) task.isHealthy(true);
  await world.settle();
});

describe('a rolling update', () => {
  test('replaces one task after the other, each when its successor is healthy', async () => {
    world.engine.update([V2], GENTLY);
    const seen: string[] = [];

    for (let turn = 0; turn < 4; turn += 1) {
      await world.settle();
      seen.push(versions().join(''));
      world.tasks.at(-1)?.isHealthy(true);
    }

    expect(seen).toEqual(['1112', '1122', '1222', '222']);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('waits for old tasks that are slow to end', async () => {
    world.runner.isStubborn = true;
    world.engine.update([V2], GENTLY);
    await world.settle();
    world.task(3).isHealthy(true);
    await world.settle();

    expect(versions().join('')).toBe('1112');
    world.tasks.find(({ kills }) => kills.length > 0)?.die();
    await world.settle();
    expect(versions().join('')).toBe('1122');
  });

  test('of a broken version never completes, and keeps the old one', async () => {
    world.engine.update([V2], GENTLY);
    for (let turn = 0; turn < 5; turn += 1) {
      await world.settle();
      world.task(3).isHealthy(false, { isFatal: true });
      await world.settle();
    }

    expect(world.engine.deployments()).toHaveLength(1);
    expect(versions().join('')).toBe('1112');
    expect(world.engine.instances('/web').map(({ incarnation }) => incarnation)).toEqual([1, 1, 1, 6]);
  });

  test('replaces a new task that dies', async () => {
    world.engine.update([V2], GENTLY);
    await world.settle();
    world.task(3).fail();
    await world.settle();
    expect(versions().join('')).toBe('111');

    await world.clock.advance(1000);

    expect(versions().join('')).toBe('1112');
  });

  test('launches a new task in the place of an old one that dies', async () => {
    world.engine.update([V2], GENTLY);
    await world.settle();
    world.task(0).fail();
    await world.clock.advance(1000);

    expect(versions().join('')).toBe('1122');
  });

  test('to another number of tasks ends with that number', async () => {
    world.engine.update([{ ...V2, instances: 1 }], GENTLY);
    await world.settle();
    world.tasks.at(-1)?.isHealthy(true);
    await world.settle();

    expect(versions().join('')).toBe('2');
    expect(world.engine.deployments()).toEqual([]);
  });

  test('to no task at all just ends them', async () => {
    const { steps } = world.engine.update([{ ...V2, instances: 0 }], GENTLY);
    await world.settle();

    expect(steps).toEqual([{ actions: [{ action: 'ScaleApplication', app: '/web' }] }]);
    expect(world.tasks).toEqual([]);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('is what a restart does', async () => {
    const { steps } = world.engine.restart('/web', GENTLY);
    await world.settle();

    expect(steps).toEqual([{ actions: [{ action: 'RestartApplication', app: '/web' }] }]);
    expect(world.tasks).toHaveLength(4);
  });
});

function versions(): readonly string[] {
  return world.tasks.map(({ order }) => order.app.env['VERSION'] ?? '');
}
