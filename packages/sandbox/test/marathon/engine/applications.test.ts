import { describe, expect, test } from 'vitest';

import { draft } from './drafts.ts';
import { GENTLY, World } from './world.ts';

describe('applications', () => {
  test('are created with as many tasks as they say, and the deployment is over when these run', async () => {
    const world = new World();

    const deployment = world.engine.update([draft({ instances: 2 })], GENTLY);

    expect(world.engine.deployments()).toEqual([deployment]);
    expect(deployment).toMatchObject({ affectedApps: ['/web'], currentStep: 0 });
    expect(deployment.steps.map(({ actions }) => actions.map(({ action }) => action))).toEqual([
      ['StartApplication'],
      ['ScaleApplication'],
    ]);
    await world.settle();
    expect(world.tasks).toHaveLength(2);
    expect(world.engine.deployments()).toEqual([]);
    expect(world.story()).toEqual([
      'group_change_success',
      'deployment_info',
      'deployment_step_success',
      'deployment_info',
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  test('scale up and down', async () => {
    const world = new World();
    world.engine.update([draft({ instances: 2 })], GENTLY);
    await world.settle();
    const [first] = world.tasks;

    world.engine.update([draft({ instances: 3 })], GENTLY);
    await world.settle();
    expect(world.tasks).toHaveLength(3);

    world.engine.update([draft({ instances: 1 })], GENTLY);
    await world.settle();
    expect(world.tasks).toEqual([first]);
    expect(world.engine.deployments()).toEqual([]);
  });

  test('are gone at once when they are deleted, while their tasks end', async () => {
    const world = new World();
    world.engine.update([draft()], GENTLY);
    await world.settle();
    world.runner.isStubborn = true;

    const deployment = world.engine.delete('/web', GENTLY);
    await world.settle();

    expect(world.engine.app('/web')).toBeUndefined();
    expect(world.engine.versions('/web')).toEqual([]);
    expect(world.engine.instances('/web')).toMatchObject([{ condition: 'Killing' }]);
    expect(world.engine.deployments()).toMatchObject([{ id: deployment.id, currentStep: 1 }]);
    world.task(0).die();
    await world.settle();
    expect(world.engine.instances()).toEqual([]);
    expect(world.engine.deployments()).toEqual([]);
    expect(world.events('app_terminated_event')).toMatchObject([{ appId: '/web' }]);
    expect(world.runner.ports).toEqual(new Set());
  });

  test('are not touched by an update that changes nothing', async () => {
    const world = new World();
    world.engine.update([draft()], GENTLY);
    await world.settle();
    const { version } = world.engine.app('/web') ?? {};

    const deployment = world.engine.update([draft()], GENTLY);
    await world.settle();

    expect(deployment.steps).toEqual([]);
    expect(world.engine.app('/web')?.version).toBe(version);
    expect(world.runner.tasks).toHaveLength(1);
    expect(world.events('deployment_success').at(-1)).toMatchObject({ id: deployment.id, plan: { steps: [] } });
  });
});
