import { describe, expect, test } from 'vitest';

import { draft, READINESS_CHECK } from './drafts.ts';
import { BY_FORCE, GENTLY, World } from './world.ts';

describe('closing', () => {
  test('ends every task, and takes as long as they do', async () => {
    const world = new World();
    world.engine.update([draft({ instances: 2, readinessChecks: [READINESS_CHECK] })], GENTLY);
    await world.settle();
    world.runner.isStubborn = true;
    let isClosed = false;

    const closing = world.engine.close().then(() => {
      isClosed = true;
    });
    world.task(0).die();
    await world.settle();
    expect(isClosed).toBe(false);
    world.task(0).die();
    await closing;

    expect(world.engine.instances()).toEqual([]);
    expect(world.runner.ports).toEqual(new Set());
  });

  test('also ends a task that is just being launched', async () => {
    const world = new World();
    let open = () => {};
    world.runner.gate = new Promise((resolve) => {
      open = resolve;
    });
    world.engine.update([draft()], GENTLY);
    await world.settle();
    expect(world.engine.instances()).toMatchObject([{ condition: 'Staging' }]);

    const closing = world.engine.close();
    open();
    await closing;

    expect(world.runner.tasks).toMatchObject([{ kills: [3000], isAlive: false }]);
    expect(world.events('status_update_event').map(({ taskStatus }) => taskStatus)).not.toContain('TASK_RUNNING');
  });

  test('leaves no timer behind, and launches nothing any more', async () => {
    const world = new World();
    world.engine.update([draft()], GENTLY);
    await world.settle();
    world.task(0).fail();
    await world.settle();
    expect(world.clock.pending).toBe(1);

    await world.engine.close();
    world.engine.update([draft({ instances: 3 })], BY_FORCE);
    await world.clock.advance(10_000);

    expect(world.clock.pending).toBe(0);
    expect(world.tasks).toEqual([]);
  });
});

describe('a task that is just being launched', () => {
  test('is killed when it is not wanted any more', async () => {
    const world = new World();
    let open = () => {};
    world.runner.gate = new Promise((resolve) => {
      open = resolve;
    });
    world.engine.update([draft({ instances: 2 })], GENTLY);
    await world.settle();

    world.engine.update([draft({ instances: 1 })], BY_FORCE);
    await world.settle();
    open();
    await world.settle();

    expect(world.runner.tasks).toHaveLength(2);
    expect(world.tasks).toHaveLength(1);
    expect(world.engine.deployments()).toEqual([]);
  });
});
