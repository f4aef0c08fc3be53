import { beforeEach, describe, expect, test } from 'vitest';

import { draft } from './drafts.ts';
import { GENTLY, World } from './world.ts';

const T0 = '2026-01-01T00:00:00.000Z';
const T1 = '2026-01-01T00:00:10.000Z';

let world: World;

beforeEach(async () => {
  world = new World();
  world.engine.update([draft()], GENTLY);
  await world.clock.advance(10_000);
});

describe('the version of an application', () => {
  test('is when it was made', () => {
    expect(world.engine.app('/web')).toMatchObject({
      version: T0,
      versionInfo: { lastScalingAt: T0, lastConfigChangeAt: T0 },
    });
  });

  test('tells a change of its configuration', () => {
    const { version } = world.engine.update([draft({ env: { A: 'b' } })], GENTLY);

    expect(version).toBe(T1);
    expect(world.engine.app('/web')).toMatchObject({
      version: T1,
      versionInfo: { lastScalingAt: T1, lastConfigChangeAt: T1 },
    });
  });

  test('tells a change of scale', () => {
    world.engine.update([draft({ instances: 2 })], GENTLY);

    expect(world.engine.app('/web')).toMatchObject({
      version: T1,
      versionInfo: { lastScalingAt: T1, lastConfigChangeAt: T0 },
    });
  });

  test('tells a restart', () => {
    world.engine.restart('/web', GENTLY);

    expect(world.engine.app('/web')).toMatchObject({
      version: T1,
      versionInfo: { lastScalingAt: T0, lastConfigChangeAt: T1 },
    });
  });

  test('of a task is that of its application when it was launched', async () => {
    world.engine.update([draft({ instances: 2 })], GENTLY);
    await world.settle();

    expect(world.engine.instances().map(({ app }) => app.version)).toEqual([T0, T1]);
  });

  test('never comes twice, however fast changes follow each other', () => {
    for (let instances = 2; instances < 5; instances += 1) {
      world.engine.update([draft({ instances })], { force: true });
    }

    expect(world.engine.versions('/web')).toEqual(['2026-01-01T00:00:10.002Z', '2026-01-01T00:00:10.001Z', T1, T0]);
  });

  test('can be asked for later', () => {
    world.engine.update([draft({ instances: 2 })], GENTLY);

    expect(world.engine.version('/web', T0)).toMatchObject({ instances: 1 });
    expect(world.engine.version('/web', '2020-01-01T00:00:00.000Z')).toBeUndefined();
  });

  test('is forgotten after fifty others', () => {
    for (let turn = 0; turn < 60; turn += 1) world.engine.restart('/web', { force: true });

    expect(world.engine.versions('/web')).toHaveLength(50);
    expect(world.engine.version('/web', T0)).toBeUndefined();
  });
});
