import { beforeEach, describe, expect, test } from 'vitest';

import { draft } from './drafts.ts';
import { GENTLY, World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = new World();
  world.engine.update([draft()], GENTLY);
  await world.settle();
});

describe('a task that ends by itself', () => {
  test('is followed by another one of the same instance, after a while', async () => {
    const [before] = world.engine.instances();
    world.task(0).fail();
    await world.settle();
    expect(world.tasks).toHaveLength(0);
    expect(world.engine.queue()).toMatchObject([{ count: 1, delaySeconds: 1, since: '2026-01-01T00:00:00.000Z' }]);

    await world.clock.advance(999);
    expect(world.tasks).toHaveLength(0);
    await world.clock.advance(1);

    expect(world.tasks).toHaveLength(1);
    expect(world.engine.queue()).toEqual([]);
    expect(world.engine.instances()).toMatchObject([
      { id: before?.id, incarnation: 2, taskId: `${before?.id}._app.2`, condition: 'Running' },
    ]);
  });

  test('makes the next one wait longer each time, up to a limit', async () => {
    world.engine.update([draft({ backoffFactor: 10, maxLaunchDelaySeconds: 50 })], GENTLY);
    await world.settle();
    const waits: (number | undefined)[] = [];

    for (let turn = 0; turn < 4; turn += 1) {
      world.task(0).finish();
      await world.settle();
      waits.push(world.engine.queue()[0]?.delaySeconds);
      await world.clock.advance(50_000);
    }

    expect(waits).toEqual([1, 10, 50, 50]);
  });

  test('is forgotten when all was quiet for long enough', async () => {
    world.task(0).fail();
    await world.clock.advance(1000);
    world.task(0).fail();
    await world.clock.advance(1150);
    await world.clock.advance(300_001);

    world.task(0).fail();
    await world.settle();

    expect(world.engine.queue()).toMatchObject([{ delaySeconds: 1 }]);
  });

  test('does not delay a new configuration', async () => {
    world.task(0).fail();
    await world.settle();

    world.engine.update([draft({ env: { A: 'b' } })], GENTLY);
    await world.settle();

    expect(world.tasks).toHaveLength(1);
  });

  test('delays also what is added', async () => {
    world.task(0).fail();
    await world.settle();

    world.engine.update([draft({ instances: 3 })], GENTLY);
    await world.settle();

    expect(world.tasks).toHaveLength(0);
    expect(world.engine.queue()).toMatchObject([{ count: 3, delaySeconds: 1 }]);
  });

  test('is followed at once when somebody says so', async () => {
    world.task(0).fail();
    await world.settle();

    expect(world.engine.resetDelay('/web')).toBe(true);
    await world.settle();

    expect(world.tasks).toHaveLength(1);
    expect(world.engine.resetDelay('/web')).toBe(false);
    expect(world.clock.pending).toBe(0);
  });

  test('is told about, and kept as the last failure', async () => {
    const { order } = world.task(0);
    world.task(0).fail('Command exited with status 3');
    await world.settle();

    const failure = {
      taskId: order.taskId,
      appId: '/web',
      host: '127.0.0.1',
      slaveId: 'S0',
      version: order.app.version,
    };
    expect(world.engine.lastFailure('/web')).toEqual({
      ...failure,
      state: 'TASK_FAILED',
      message: 'Command exited with status 3',
      timestamp: '2026-01-01T00:00:00.000Z',
    });
    expect(world.events('status_update_event').at(-1)).toMatchObject({
      ...failure,
      taskStatus: 'TASK_FAILED',
      message: 'Command exited with status 3',
    });
  });

  test('is no failure when it did its job', async () => {
    world.task(0).finish();
    await world.settle();

    expect(world.engine.lastFailure('/web')).toBeUndefined();
    expect(world.engine.queue()).toHaveLength(1);
  });

  test('during its deployment does not end the deployment', async () => {
    world.runner.refusal = 'no such file: /bin/sh';
    const { id } = world.engine.update([draft({ instances: 2 })], GENTLY);
    await world.settle();

    await world.clock.advance(60_000);
    expect(world.engine.deployments()).toMatchObject([{ id }]);
    world.runner.refusal = undefined;
    await world.clock.advance(300_000);

    expect(world.engine.deployments()).toEqual([]);
    expect(world.tasks).toHaveLength(2);
  });
});

describe('a task that cannot be launched', () => {
  test('counts as one that failed', async () => {
    world.runner.refusal = 'no such file: /bin/sh';
    world.engine.update([draft({ id: '/other' })], GENTLY);
    await world.settle();

    expect(world.engine.lastFailure('/other')).toMatchObject({
      state: 'TASK_FAILED',
      message: 'no such file: /bin/sh',
    });
    expect(world.engine.queue()).toMatchObject([{ app: { id: '/other' }, delaySeconds: 1 }]);
    expect(world.runner.ports.size).toBe(1);
  });

  test('because no port is left gets one when one is free', async () => {
    world.runner.portCount = 1;
    world.engine.update([draft({ id: '/other' })], GENTLY);
    await world.settle();
    expect(world.engine.lastFailure('/other')).toMatchObject({ message: 'no port is left' });

    world.engine.delete('/web', GENTLY);
    await world.clock.advance(1000);

    expect(world.engine.instances('/other')).toMatchObject([{ condition: 'Running', hostPorts: [31_000] }]);
  });
});

describe('a task that somebody kills', () => {
  test('comes back at once as the same instance', async () => {
    const [before] = world.engine.instances();
    const killed = world.engine.kill([before?.taskId ?? ''], { wipe: false });
    await world.settle();

    expect(killed).toMatchObject([{ id: before?.id, condition: 'Killing' }]);
    expect(world.engine.instances()).toMatchObject([{ id: before?.id, incarnation: 2, condition: 'Running' }]);
  });

  test('is followed by another instance when it is wiped', async () => {
    const [before] = world.engine.instances();
    world.engine.kill([before?.taskId ?? ''], { wipe: true });
    await world.settle();

    const [after, ...others] = world.engine.instances();
    expect(others).toEqual([]);
    expect(after).toMatchObject({ incarnation: 1, condition: 'Running' });
    expect(after?.id).not.toBe(before?.id);
  });

  test('is passed over when nobody knows it', () => {
    expect(world.engine.kill(['web.instance-unknown._app.1'], { wipe: false })).toEqual([]);
  });

  test('with scaling makes its application smaller, and no other task dies', async () => {
    world.engine.update([draft({ instances: 3 })], GENTLY);
    await world.settle();
    const [first, second, third] = world.tasks;

    const deployment = world.engine.killAndScale([first?.order.taskId ?? ''], GENTLY);
    await world.settle();

    expect(deployment.steps).toEqual([{ actions: [{ action: 'ScaleApplication', app: '/web' }] }]);
    expect(world.engine.app('/web')?.instances).toBe(2);
    expect(world.tasks).toEqual([second, third]);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('with scaling counts once, however often it is named and killed', async () => {
    world.engine.update([draft({ instances: 3 })], GENTLY);
    await world.settle();
    world.runner.isStubborn = true;
    const { taskId } = world.task(0).order;

    world.engine.killAndScale([taskId, taskId], GENTLY);
    const again = world.engine.killAndScale([taskId], { force: true });

    expect(again.steps).toEqual([]);
    expect(world.engine.app('/web')?.instances).toBe(2);
  });

  test('has the grace that its application asks for, else three seconds', async () => {
    world.runner.isStubborn = true;
    world.engine.update([draft({ id: '/slow', taskKillGracePeriodSeconds: 20 })], GENTLY);
    await world.settle();
    const [web, slow] = world.tasks;

    world.engine.kill([web?.order.taskId ?? '', slow?.order.taskId ?? ''], { wipe: false });

    expect([web?.kills, slow?.kills]).toEqual([[3000], [20_000]]);
  });
});
