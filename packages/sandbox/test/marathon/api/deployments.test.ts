import { describe, expect, test } from 'vitest';

import { ApiUnderTest } from './support/api-under-test.ts';

describe('/v2/deployments', () => {
  test('tells what goes on, with what readiness checks say', async () => {
    const t = new ApiUnderTest();
    const app = await t.with({
      id: '/web',
      portDefinitions: [{ name: 'http-api' }],
      readinessChecks: [{ name: 'up' }],
    });
    const { taskId } = t.engine.run({ app, isReady: false });
    const { id, version } = t.engine.restart('/web', { force: false });

    const response = await t.get('/v2/deployments');

    const action = { action: 'RestartApplication', app: '/web' };
    expect(response.json()).toEqual([
      {
        id,
        version,
        affectedApps: ['/web'],
        affectedPods: [],
        steps: [{ actions: [action] }],
        currentActions: [{ ...action, readinessCheckResults: [{ name: 'up', taskId, ready: false }] }],
        currentStep: 1,
        totalSteps: 1,
      },
    ]);
  });

  test('undoes one with another', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });
    const { id } = t.engine.restart('/web', { force: false });

    const response = await t.send('DELETE', `/v2/deployments/${id}`);

    expect(response.statusCode).toBe(200);
    expect(response.json().deploymentId).not.toBe(id);
    expect(t.engine.asked.at(-1)).toEqual(['cancel', id, { force: false }]);
  });

  test('leaves things as they are by force, and has nothing to say', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });
    const { id } = t.engine.restart('/web', { force: false });

    const response = await t.send('DELETE', `/v2/deployments/${id}?force=True`);

    expect(response.statusCode).toBe(202);
    expect(response.body).toBe('');
  });

  test('does not know one that is over', async () => {
    const response = await new ApiUnderTest().send('DELETE', '/v2/deployments/none');

    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ message: 'DeploymentPlan none does not exist' });
  });
});

describe('/v2/queue', () => {
  test('tells what waits, and lets it go at once', async () => {
    const t = new ApiUnderTest();
    const app = await t.with({ id: '/a/web' });
    const since = '2026-01-01T00:00:00.000Z';
    t.engine.waits([{ app, count: 2, delaySeconds: 1.2, since }]);

    expect((await t.get('/v2/queue')).json().queue).toMatchObject([
      { app, count: 2, delay: { timeLeftSeconds: 2, overdue: false }, since },
    ]);
    expect((await t.send('DELETE', '/v2/queue//a/web/delay')).statusCode).toBe(204);
    expect(t.engine.asked).toEqual([['resetDelay', '/a/web']]);
  });

  test('does not know what does not wait', async () => {
    const response = await new ApiUnderTest().send('DELETE', '/v2/queue/web/delay');

    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ message: 'Application /web not found in tasks queue.' });
  });
});

describe('/v2/groups', () => {
  test('tells the groups that ids imply', async () => {
    const t = new ApiUnderTest();
    const web = await t.with({ id: '/a/web' });
    const db = await t.with({ id: '/a/b/db' });
    const top = await t.with({ id: '/top' });

    const root = (await t.get('/v2/groups')).json();

    expect(root).toMatchObject({ id: '/', version: top.version, apps: [top] });
    expect(root.groups).toMatchObject([{ id: '/a', apps: [web], groups: [{ id: '/a/b', apps: [db], groups: [] }] }]);
    expect((await t.get('/v2/groups//a/b')).json()).toMatchObject({ id: '/a/b', apps: [db] });
    expect((await t.get('/v2/groups/none')).statusCode).toBe(404);
    expect((await t.get('/v2/groups/top')).statusCode).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE'] as const)('has no life of its own: %s', async (method) => {
    const response = await new ApiUnderTest().send(method, '/v2/groups/a', {});

    expect(response.statusCode).toBe(405);
    expect(response.json().message).toContain('/v2/apps');
  });
});
