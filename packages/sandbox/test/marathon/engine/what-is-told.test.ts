import { beforeEach, describe, expect, test } from 'vitest';

import { draft, HEALTH_CHECK } from './drafts.ts';
import { GENTLY, World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = new World();
  world.engine.update([draft({ id: '/shop/web', healthChecks: [HEALTH_CHECK] })], GENTLY);
  await world.settle();
});

describe('what is told', () => {
  test('of a task: each condition of its instance, and each status of its own', async () => {
    const [instance] = world.engine.instances();
    world.engine.kill([instance?.taskId ?? ''], { wipe: true });
    await world.settle();

    const about = (id: string | undefined) =>
      world.told.filter(({ instanceId, taskId }) => [instanceId, taskId].includes(id));
    expect(about(instance?.id).map(({ condition }) => condition)).toEqual([
      'Scheduled',
      'Provisioned',
      'Staging',
      'Running',
      'Killing',
      'Killed',
    ]);
    expect(about(instance?.taskId).map(({ taskStatus }) => taskStatus)).toEqual([
      'TASK_STAGING',
      'TASK_RUNNING',
      'TASK_KILLING',
      'TASK_KILLED',
    ]);
  });

  test('of a task: in the fields that Marathon has', () => {
    const [instance] = world.engine.instances();
    const { version } = world.engine.app('/shop/web') ?? {};

    expect(instance?.id).toMatch(
      /^shop_web\.instance-[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(world.events('status_update_event').at(-1)).toEqual({
      eventType: 'status_update_event',
      timestamp: '2026-01-01T00:00:00.000Z',
      slaveId: 'S0',
      taskId: `${instance?.id}._app.1`,
      taskStatus: 'TASK_RUNNING',
      message: '',
      appId: '/shop/web',
      host: '127.0.0.1',
      ipAddresses: [{ ipAddress: '127.0.0.1', protocol: 'IPv4' }],
      ports: [31_000],
      version,
    });
    expect(world.events('instance_changed_event').at(-1)).toEqual({
      eventType: 'instance_changed_event',
      timestamp: '2026-01-01T00:00:00.000Z',
      instanceId: instance?.id,
      condition: 'Running',
      runSpecId: '/shop/web',
      agentId: 'S0',
      host: '127.0.0.1',
      runSpecVersion: version,
    });
  });

  test('of a change: the group that the application is in', () => {
    const { version } = world.engine.update([draft({ id: '/top' })], GENTLY);

    expect(world.events('group_change_success')).toMatchObject([
      { groupId: '/shop', version: world.engine.app('/shop/web')?.version },
      { groupId: '/', version },
    ]);
  });

  test('of a deployment: its plan in the light form', async () => {
    world.task(0).isHealthy(true);
    await world.settle();

    const [begun] = world.events('deployment_info');
    expect(begun).toMatchObject({
      currentStep: { actions: [{ action: 'StartApplication', app: '/shop/web' }] },
      plan: {
        steps: [
          { actions: [{ action: 'StartApplication', app: '/shop/web' }] },
          { actions: [{ action: 'ScaleApplication', app: '/shop/web' }] },
        ],
      },
    });
    expect(Object.keys(begun?.['plan'] ?? {})).toEqual(['id', 'version', 'steps']);
    expect(world.events('deployment_step_success')).toHaveLength(2);
    expect(world.events('deployment_success')).toMatchObject([{ plan: begun?.['plan'] }]);
  });

  test('of health: each failure, and each change', () => {
    world.told.length = 0;
    for (const alive of [false, true, true, false]) world.task(0).isHealthy(alive);

    expect(world.told.map(({ eventType, alive, healthy }) => [eventType, alive ?? healthy])).toEqual([
      ['failed_health_check_event', undefined],
      ['health_status_changed_event', false],
      ['instance_health_changed_event', false],
      ['health_status_changed_event', true],
      ['instance_health_changed_event', true],
      ['failed_health_check_event', undefined],
      ['health_status_changed_event', false],
      ['instance_health_changed_event', false],
    ]);
  });

  test('of a task that is killed because of its health: why', async () => {
    const [before] = world.engine.instances();
    world.task(0).isHealthy(false, { isFatal: true });
    await world.settle();

    expect(world.events('unhealthy_instance_kill_event')).toMatchObject([
      { appId: '/shop/web', taskId: before?.taskId, instanceId: before?.id, reason: 'HTTP 500', host: '127.0.0.1' },
    ]);
    expect(world.engine.lastFailure('/shop/web')).toMatchObject({ state: 'TASK_KILLED', taskId: before?.taskId });
    expect(world.engine.instances()).toMatchObject([
      { id: before?.id, incarnation: 2, condition: 'Running', health: [] },
    ]);
  });
});
