import { describe, expect, test } from 'vitest';

import { ApiUnderTest } from './support/api-under-test.ts';

const AT = '2026-01-01T00:00:03.000Z';

describe('GET /v2/apps', () => {
  test('tells definitions, counts and deployments, and tasks only when asked', async () => {
    const t = new ApiUnderTest();
    const app = await t.with({ id: '/web' });
    t.engine.run({ app });

    const [plain] = (await t.get('/v2/apps')).json().apps;
    const [withTasks] = (await t.get('/v2/apps?embed=apps.tasks')).json().apps;

    expect(plain).toEqual({
      ...app,
      tasksStaged: 0,
      tasksRunning: 1,
      tasksHealthy: 0,
      tasksUnhealthy: 0,
      deployments: [],
    });
    expect(withTasks.tasks).toHaveLength(1);
  });

  test('counts tasks by how they stand', async () => {
    const t = new ApiUnderTest();
    const app = await t.with({ id: '/web', healthChecks: [{}] });
    const health = (alive: boolean) => [{ alive, consecutiveFailures: 0, isFatal: false }];
    t.engine.run({ app, health: health(true) });
    t.engine.run({ app, health: health(false) });
    t.engine.run({ app });
    t.engine.run({ app, condition: 'Staging' });
    t.engine.run({ app, condition: 'Scheduled' });
    t.engine.run({ app, condition: 'Killing', health: health(true) });

    const [counts] = (await t.get('/v2/apps')).json().apps;

    expect(counts).toMatchObject({ tasksStaged: 1, tasksRunning: 3, tasksHealthy: 1, tasksUnhealthy: 1 });
  });

  test.each([
    ['id=SHOP', ['/shop/db', '/shop/web']],
    ['cmd=SERVE', ['/shop/web']],
    ['label=tier', ['/shop/db', '/shop/web']],
    ['label=tier==back', ['/shop/db']],
    ['label=tier!=back', ['/shop/web']],
    ['label=tier%20in%20(back,%20side)', ['/shop/db']],
    ['label=tier%20notin%20(back,side)', ['/shop/web']],
    ['label=tier,lang==js', ['/shop/web']],
    ['id=shop&cmd=sleep', ['/shop/db']],
    ['id=nothing', []],
  ])('tells those that are looked for: %s', async (query, ids) => {
    const t = new ApiUnderTest();
    await t.with({ id: '/shop/web', cmd: './serve', labels: { tier: 'front', lang: 'js' } });
    await t.with({ id: '/shop/db', labels: { tier: 'back' } });
    await t.with({ id: '/mail', cmd: null, args: ['serve'] });

    const { apps } = (await t.get(`/v2/apps?${query}`)).json<{ apps: { id: string }[] }>();

    expect(apps.map(({ id }) => id)).toEqual(ids);
  });

  test('refuses labels that it cannot read', async () => {
    const t = new ApiUnderTest();

    const response = await t.get('/v2/apps?label=a==');

    expect(response.statusCode).toBe(422);
    expect(response.json()).toEqual({ message: 'Can not parse label selector: a==' });
  });

  test.each([['group.apps.'], ['apps.'], ['app.']])('embeds whatever is asked for as %s', async (prefix) => {
    const t = new ApiUnderTest();
    const app = await t.with({ id: '/web' });
    t.engine.run({ app });
    const names = ['tasks', 'counts', 'deployments', 'readiness', 'lastTaskFailure', 'taskStats', 'more'];

    const [told] = (await t.get(`/v2/apps?${names.map((name) => `embed=${prefix}${name}`).join('&')}`)).json().apps;

    expect(Object.keys(told)).toEqual(expect.arrayContaining(['tasks', 'readinessCheckResults', 'taskStats']));
    expect(told.taskStats.totalSummary.stats.counts).toEqual({ staged: 0, running: 1, healthy: 0, unhealthy: 0 });
  });
});

describe('GET /v2/apps/<id>', () => {
  test('tells all that there is of an application', async () => {
    const t = new ApiUnderTest();
    const app = await t.with({ id: '/web' });
    const { taskId } = t.engine.run({ app });
    const failure = {
      appId: '/web',
      taskId,
      host: 'h',
      message: 'Command exited with status 1',
      state: 'TASK_FAILED' as const,
    };
    t.engine.failed({ ...failure, timestamp: AT, version: app.version, slaveId: 's' });
    t.engine.restart('/web', { force: false });

    const told = (await t.get('/v2/apps/web')).json().app;

    expect(told).toMatchObject({ ...app, tasksRunning: 1, lastTaskFailure: failure });
    expect(told.deployments).toHaveLength(1);
    expect(told.tasks).toEqual([
      {
        appId: '/web',
        id: taskId,
        host: 'localhost',
        ipAddresses: [{ ipAddress: 'localhost', protocol: 'IPv4' }],
        ports: [31_002],
        servicePorts: [10_000],
        slaveId: 'sandbox-S0',
        state: 'TASK_RUNNING',
        stagedAt: '2026-01-01T00:00:01.000Z',
        startedAt: '2026-01-01T00:00:02.000Z',
        version: app.version,
        localVolumes: [],
        healthCheckResults: [],
        role: '*',
      },
    ]);
  });

  test.each([
    ['/v2/apps/a/web'],
    ['/v2/apps//a/web'],
    ['/v2/apps/%2Fa%2Fweb'],
    ['/v2/apps/a/web/'],
    ['/v2/apps//a//web//'],
  ])('finds it however its path is written: %s', async (url) => {
    const t = new ApiUnderTest();
    await t.with({ id: '/a/web' });

    expect((await t.get(url)).json().app.id).toBe('/a/web');
  });

  test('tells those of a group', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/a/web' });
    await t.with({ id: '/a/b/db' });
    await t.with({ id: '/ab' });
    const ids = async (url: string) => (await t.get(url)).json<{ '*': { id: string }[] }>()['*'].map(({ id }) => id);

    expect(await ids('/v2/apps/a/*')).toEqual(['/a/b/db', '/a/web']);
    expect(await ids('/v2/apps//a/*')).toEqual(['/a/b/db', '/a/web']);
    expect(await ids('/v2/apps/*')).toEqual(['/a/b/db', '/a/web', '/ab']);
    expect(await ids('/v2/apps/none/*')).toEqual([]);
  });

  test.each([['/v2/apps/nope'], ['/v2/apps/nope/tasks'], ['/v2/apps/nope/versions'], ['/v2/apps/nope/versions/2026']])(
    'does not know what is not there: %s',
    async (url) => {
      const response = await new ApiUnderTest().get(url);

      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({ message: "App '/nope' does not exist" });
    },
  );
});

describe('GET /v2/apps/<id>/versions', () => {
  test('tells versions, newest first, and the definition of each', async () => {
    const t = new ApiUnderTest();
    const first = await t.with({ id: '/web' });
    await t.send('PUT', '/v2/apps/web', { cmd: 'sleep 9' });

    const { versions } = (await t.get('/v2/apps/web/versions')).json();

    expect(versions).toEqual([t.engine.app('/web')?.version, first.version]);
    expect((await t.get(`/v2/apps/web/versions/${first.version}`)).json()).toEqual(first);
  });

  test('says which version there is not', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });

    const unknown = await t.get(`/v2/apps/web/versions/${AT}`);
    const odd = await t.get('/v2/apps/web/versions/latest');

    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toEqual({ message: `App '/web' does not exist in version ${AT}` });
    expect(odd.statusCode).toBe(422);
    expect(odd.json().message).toBe("Invalid timestamp provided 'latest'. Expecting ISO-8601 datetime string.");
  });
});
