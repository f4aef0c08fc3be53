import { describe, expect, test } from 'vitest';

import { ApiUnderTest } from './support/api-under-test.ts';

describe('PUT /v2/apps/<id>', () => {
  test('changes the fields that it names, and answers the deployment', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web', env: { A: '1' } });

    const response = await t.send('PUT', '/v2/apps/web', { instances: 3, id: '/other' });

    const [deployment] = t.engine.deployments();
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ version: deployment?.version, deploymentId: deployment?.id });
    expect(response.headers['marathon-deployment-id']).toBe(deployment?.id);
    expect(t.engine.app('/web')).toMatchObject({ instances: 3, env: { A: '1' } });
    expect(t.told).toMatchObject([
      { eventType: 'api_post_event', uri: '/v2/apps/web', appDefinition: { instances: 3 } },
    ]);
  });

  test('replaces all of it when it is told to', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web', env: { A: '1' } });

    await t.send('PUT', '/v2/apps/web?partialUpdate=False', { cmd: 'sleep 9' });

    expect(t.engine.app('/web')).toMatchObject({ cmd: 'sleep 9', env: {} });
  });

  test('creates what is not there', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('PUT', '/v2/apps/a/web', { cmd: 'sleep 9' });

    expect(response.statusCode).toBe(201);
    expect(response.headers).toMatchObject({ location: '/a/web' });
    expect(response.json()).toHaveProperty('deploymentId');
  });

  test('answers a deployment of no steps when it changes nothing', async () => {
    const t = new ApiUnderTest();
    const app = await t.with({ id: '/web' });

    const response = await t.send('PUT', '/v2/apps/web', { cmd: app.cmd });

    expect(response.statusCode).toBe(200);
    expect(t.engine.deployments()).toEqual([]);
    expect(t.engine.app('/web')).toBe(app);
  });

  test('goes back to a version', async () => {
    const t = new ApiUnderTest();
    const before = await t.with({ id: '/web', cmd: 'sleep 1' });
    await t.send('PUT', '/v2/apps/web?force=True', { cmd: 'sleep 2' });

    const response = await t.send('PUT', '/v2/apps/web?force=true', { id: '/web', version: before.version });

    expect(response.statusCode).toBe(200);
    expect(t.engine.app('/web')).toMatchObject({ cmd: 'sleep 1' });
  });

  test('refuses to go back to what never was', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });

    const response = await t.send('PUT', '/v2/apps/web', { version: '2020-01-01T00:00:00Z' });

    expect(response.statusCode).toBe(404);
    expect(response.json().message).toBe("App '/web' does not exist in version 2020-01-01T00:00:00Z");
  });

  test('is refused while a deployment goes on, unless forced', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });
    await t.send('PUT', '/v2/apps/web', { instances: 2 });
    const [running] = t.engine.deployments();
    t.told.length = 0;

    const refused = await t.send('PUT', '/v2/apps/web', { instances: 3 });
    const forced = await t.send('PUT', '/v2/apps/web?force=True', { instances: 3 });

    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toEqual({
      message:
        'App is locked by one or more deployments. Override with the option ' +
        "'?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
      deployments: [{ id: running?.id }],
    });
    expect(forced.statusCode).toBe(200);
    expect(t.told).toHaveLength(1);
  });
});

describe('PUT /v2/apps', () => {
  test('changes several at once, with one deployment, and gives each its own ports', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });
    const bodies = [
      { id: '/web', instances: 2 },
      { id: '/db', cmd: 'x' },
      { id: '/mq', cmd: 'x' },
    ];

    const response = await t.send('PUT', '/v2/apps', bodies);

    const ports = t.engine.apps().map(({ portDefinitions }) => portDefinitions?.[0]?.port);
    expect(response.statusCode).toBe(200);
    expect(t.engine.asked).toEqual([['update', ['/web', '/db', '/mq'], { force: false }]]);
    expect(new Set(ports).size).toBe(3);
    expect(t.told).toHaveLength(3);
  });

  test('changes none when one is not valid', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('PUT', '/v2/apps', [{ id: '/db', cmd: 'x' }, { id: '/mq' }]);

    expect(response.statusCode).toBe(422);
    expect(t.engine.apps()).toEqual([]);
  });

  test('takes nothing but a list', async () => {
    const response = await new ApiUnderTest().send('PUT', '/v2/apps', { id: '/db', cmd: 'x' });

    expect(response.statusCode).toBe(422);
    expect(response.json().details).toEqual([{ path: '/', errors: ['error.expected.jsarray'] }]);
  });
});

describe('PATCH /v2/apps/<id>', () => {
  test('changes what is there, and never creates', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });

    expect((await t.send('PATCH', '/v2/apps/web', { instances: 4 })).statusCode).toBe(200);
    expect((await t.send('PATCH', '/v2/apps/none', { cmd: 'x' })).statusCode).toBe(404);
    expect(t.engine.apps()).toMatchObject([{ id: '/web', instances: 4 }]);
  });
});

describe('POST /v2/apps/<id>/restart', () => {
  test.each([
    ['without a body', {}],
    ['with a type and no body, as some clients do', { 'content-type': 'application/json' }],
  ])('restarts %s', async (_how, headers) => {
    const t = new ApiUnderTest();
    await t.with({ id: '/a/web' });

    const response = await t.server.inject({ method: 'POST', url: '/v2/apps//a/web/restart?force=False', headers });

    expect(response.statusCode).toBe(200);
    expect(response.json()).toHaveProperty('deploymentId');
    expect(t.engine.asked).toEqual([['restart', '/a/web', { force: false }]]);
  });

  test('does not know what is not there', async () => {
    expect((await new ApiUnderTest().send('POST', '/v2/apps/none/restart')).statusCode).toBe(404);
  });
});

describe('DELETE /v2/apps/<id>', () => {
  test.each([
    ['by force when nothing is said', '', true],
    ['as it is told', '?force=False', false],
  ])('deletes %s', async (_how, query, force) => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });

    const response = await t.send('DELETE', `/v2/apps/web${query}`);

    expect(response.statusCode).toBe(200);
    expect(t.engine.asked).toEqual([['delete', '/web', { force }]]);
    expect((await t.get('/v2/apps/web')).statusCode).toBe(404);
    expect(t.told).toMatchObject([{ eventType: 'api_post_event', appDefinition: { id: '/web' } }]);
  });

  test('does not know what is not there', async () => {
    const response = await new ApiUnderTest().send('DELETE', '/v2/apps/none');

    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ message: "App '/none' does not exist" });
  });
});
