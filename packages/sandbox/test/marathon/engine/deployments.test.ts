import { beforeEach, describe, expect, test } from 'vitest';

import { draft, HEALTH_CHECK, READINESS_CHECK } from './drafts.ts';
import { BY_FORCE, GENTLY, World } from './world.ts';

const CHECKED = draft({ healthChecks: [HEALTH_CHECK] });

let world: World;

beforeEach(() => {
  world = new World();
});

describe('a deployment', () => {
  test('is over when every task is healthy, where there are health checks', async () => {
    world.engine.update([{ ...CHECKED, instances: 2, healthChecks: [HEALTH_CHECK, HEALTH_CHECK] }], GENTLY);
    await world.settle();

    for (const task of world.tasks) task.isHealthy(true, { check: 1 });
    world.task(0).isHealthy(true, { check: 0 });
    await world.settle();
    expect(world.engine.deployments()).toHaveLength(1);

    world.task(1).isHealthy(true, { check: 0 });
    await world.settle();
    expect(world.engine.deployments()).toEqual([]);
  });

  test('does not take the health of a task for that of its successor', async () => {
    world.engine.update([{ ...CHECKED, healthChecks: [HEALTH_CHECK, HEALTH_CHECK] }], GENTLY);
    await world.settle();
    world.task(0).isHealthy(true, { check: 0 });
    world.task(0).fail();
    await world.clock.advance(1000);

    world.task(0).isHealthy(true, { check: 1 });
    await world.settle();

    expect(world.engine.deployments()).toHaveLength(1);
  });

  test('is over when every task is ready, where there is a readiness check', async () => {
    world.engine.update([draft({ readinessChecks: [READINESS_CHECK] })], GENTLY);
    await world.settle();
    expect(world.engine.deployments()).toHaveLength(1);
    expect(world.engine.instances()).toMatchObject([{ isReady: false }]);

    world.task(0).isReady();
    await world.settle();
    expect(world.engine.deployments()).toEqual([]);
    expect(world.engine.instances()).toMatchObject([{ isReady: true }]);
  });

  test('that makes an application smaller does not care how the others fare', async () => {
    world.engine.update([{ ...CHECKED, instances: 2 }], GENTLY);
    await world.settle();
    for (const task of world.tasks) task.isHealthy(true);
    await world.settle();
    for (const task of world.tasks) task.isHealthy(false);

    world.engine.update([{ ...CHECKED, instances: 1 }], GENTLY);
    await world.settle();

    expect(world.engine.deployments()).toEqual([]);
  });

  test('that makes an application smaller is over when the tasks are gone', async () => {
    world.engine.update([draft({ instances: 2 })], GENTLY);
    await world.settle();
    world.runner.isStubborn = true;

    world.engine.update([draft({ instances: 1 })], GENTLY);
    await world.settle();
    expect(world.engine.deployments()).toMatchObject([
      { currentStep: 1, currentActions: [{ action: 'ScaleApplication', app: '/web' }] },
    ]);

    world.task(1).die();
    await world.settle();
    expect(world.engine.deployments()).toEqual([]);
  });

  test('locks its application until somebody uses force', async () => {
    const first = world.engine.update([CHECKED], GENTLY);
    await world.settle();
    const { version } = world.engine.app('/web') ?? {};

    expect(() => world.engine.update([{ ...CHECKED, instances: 5 }], GENTLY)).toThrow(
      expect.objectContaining({ code: 'CONFLICT', details: { deployments: [first.id] } }),
    );
    expect(() => world.engine.delete('/web', GENTLY)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(() => world.engine.restart('/web', GENTLY)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(world.engine.app('/web')?.version).toBe(version);
    const second = world.engine.update([{ ...CHECKED, instances: 5 }], BY_FORCE);
    await world.settle();

    expect(world.engine.deployments()).toMatchObject([{ id: second.id }]);
    expect(world.tasks).toHaveLength(5);
    expect(world.events('deployment_failed')).toMatchObject([
      { id: first.id, reason: 'The upgrade has been cancelled', plan: { id: first.id } },
    ]);
  });

  test('does not lock what it does not touch', async () => {
    world.engine.update([CHECKED], GENTLY);
    world.engine.update([draft({ id: '/other' })], GENTLY);
    world.engine.update([CHECKED], GENTLY);
    await world.settle();

    expect(world.tasks).toHaveLength(2);
    expect(world.engine.deployments()).toHaveLength(1);
  });

  test('is denied when a hundred run', async () => {
    for (let count = 0; count < 100; count += 1) world.engine.update([{ ...CHECKED, id: `/web-${count}` }], GENTLY);

    expect(() => world.engine.update([CHECKED], GENTLY)).toThrow(expect.objectContaining({ code: 'DENIED' }));
    expect(world.engine.app('/web')).toBeUndefined();
    expect(world.engine.delete('/web-0', BY_FORCE)).toMatchObject({ affectedApps: ['/web-0'] });
  });

  test('is refused when the application cannot run here', () => {
    world.runner.inability = 'neither podman nor docker';

    expect(() => world.engine.update([draft()], GENTLY)).toThrow('neither podman nor docker');
    expect(world.engine.apps()).toEqual([]);
  });

  test('starts applications in the order in which they depend on each other', async () => {
    const web = { ...CHECKED, dependencies: ['/shop/backends'] };
    const backend = { ...CHECKED, id: '/shop/backends/api', dependencies: ['/db'] };
    const { steps } = world.engine.update([web, backend, { ...CHECKED, id: '/db' }], GENTLY);

    expect(steps.map(({ actions }) => actions.map(({ action, app }) => `${action} ${app}`))).toEqual([
      ['StartApplication /web', 'StartApplication /shop/backends/api', 'StartApplication /db'],
      ['ScaleApplication /db'],
      ['ScaleApplication /shop/backends/api'],
      ['ScaleApplication /web'],
    ]);
    for (const app of ['/db', '/shop/backends/api', '/web']) {
      await world.settle();
      expect(world.tasks.at(-1)?.order.app.id).toBe(app);
      world.tasks.at(-1)?.isHealthy(true);
    }
    await world.settle();
    expect(world.engine.deployments()).toEqual([]);
  });

  test('leaves those alone that wait for their turn', async () => {
    world.engine.update([draft({ dependencies: ['/db'] }), draft({ id: '/db' })], GENTLY);
    await world.settle();
    const changed = { env: { A: 'b' } };
    world.engine.update([draft({ ...changed, dependencies: ['/db'] }), { ...CHECKED, id: '/db' }], GENTLY);
    await world.settle();
    const environments = () => world.runner.alive('/web').map(({ order }) => order.app.env);

    world.runner.alive('/web')[0]?.fail();
    await world.clock.advance(1000);
    expect(environments()).toEqual([{}]);

    world.runner.alive('/db').at(-1)?.isHealthy(true);
    await world.settle();
    expect(environments()).toEqual([changed.env]);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('with applications that depend on each other in a circle comes to an end', async () => {
    world.engine.update([draft({ dependencies: ['/db'] }), draft({ id: '/db', dependencies: ['/web'] })], GENTLY);
    await world.settle();

    expect(world.engine.deployments()).toEqual([]);
  });

  test('is unknown when it is over', async () => {
    const { id } = world.engine.update([draft()], GENTLY);
    await world.settle();

    expect(() => world.engine.cancel(id, GENTLY)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('a deployment that is cancelled', () => {
  test('brings the old definition back', async () => {
    world.engine.update([draft({ instances: 2 })], GENTLY);
    await world.settle();
    const { id } = world.engine.update([{ ...CHECKED, instances: 2, env: { BROKEN: 'yes' } }], GENTLY);
    await world.settle();
    expect(world.tasks).toHaveLength(4);

    const back = world.engine.cancel(id, GENTLY);
    await world.settle();

    expect(back?.steps).toEqual([{ actions: [{ action: 'RestartApplication', app: '/web' }] }]);
    expect(world.events('deployment_failed')).toMatchObject([{ id }]);
    expect(world.engine.app('/web')).toMatchObject({ env: {}, instances: 2, healthChecks: [] });
    expect(world.tasks.map(({ order }) => order.app.env)).toEqual([{}, {}]);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('removes an application that it was to create', async () => {
    const { id } = world.engine.update([CHECKED], GENTLY);
    await world.settle();

    const back = world.engine.cancel(id, GENTLY);
    await world.settle();

    expect(back?.steps).toEqual([{ actions: [{ action: 'StopApplication', app: '/web' }] }]);
    expect(world.engine.apps()).toEqual([]);
    expect(world.tasks).toEqual([]);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('creates an application again that it was to delete', async () => {
    world.engine.update([draft({ env: { A: 'b' } })], GENTLY);
    await world.settle();
    world.runner.isStubborn = true;
    const { id } = world.engine.delete('/web', GENTLY);
    await world.settle();

    world.engine.cancel(id, GENTLY);
    await world.settle();
    world.task(0).die();
    await world.settle();

    expect(world.engine.app('/web')?.env).toEqual({ A: 'b' });
    expect(world.tasks).toHaveLength(1);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('by force leaves things as they are', async () => {
    const { id } = world.engine.update([{ ...CHECKED, instances: 2 }], GENTLY);
    await world.settle();

    expect(world.engine.cancel(id, BY_FORCE)).toBeUndefined();
    await world.settle();

    expect(world.events('deployment_failed')).toMatchObject([{ id, reason: 'The upgrade has been cancelled' }]);
    expect(world.engine.deployments()).toEqual([]);
    expect(world.engine.app('/web')?.instances).toBe(2);
    expect(world.tasks).toHaveLength(2);
  });

  test('in the middle of a restart leaves what was restarted', async () => {
    world.engine.update([CHECKED], GENTLY);
    await world.settle();
    world.task(0).isHealthy(true);
    await world.settle();
    const { id } = world.engine.restart('/web', GENTLY);
    await world.settle();

    expect(world.engine.cancel(id, GENTLY)?.steps).toEqual([]);
    await world.settle();

    expect(world.engine.deployments()).toEqual([]);
    expect(world.tasks).toHaveLength(1);
  });
});
