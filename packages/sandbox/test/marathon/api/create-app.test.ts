import { describe, expect, test } from 'vitest';

import { ApiUnderTest } from './support/api-under-test.ts';

describe('POST /v2/apps', () => {
  test('creates an application and answers all of it', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('POST', '/v2/apps', { id: 'a/web', cmd: 'sleep 60', instances: 2 });

    const [deployment] = t.engine.deployments();
    expect(response.statusCode).toBe(201);
    expect(response.headers).toMatchObject({ location: '/a/web', 'marathon-deployment-id': deployment?.id });
    expect(response.json()).toEqual({
      ...t.engine.app('/a/web'),
      tasksStaged: 0,
      tasksRunning: 0,
      tasksHealthy: 0,
      tasksUnhealthy: 0,
      deployments: [{ id: deployment?.id }],
    });
    expect(t.engine.asked).toEqual([['update', ['/a/web'], { force: false }]]);
  });

  test('tells who listens what was posted, with the version that it got', async () => {
    const t = new ApiUnderTest();

    await t.send('POST', '/v2/apps?force=false', { id: '/web', cmd: 'sleep 60' });

    expect(t.told).toMatchObject([
      { eventType: 'api_post_event', clientIp: '127.0.0.1', uri: '/v2/apps', appDefinition: t.engine.app('/web') },
    ]);
  });

  test('refuses an id that is taken', async () => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });

    const response = await t.send('POST', '/v2/apps', { id: 'web', cmd: 'sleep 1' });

    expect(response.statusCode).toBe(409);
    expect(response.json()).toEqual({ message: 'An app with id [/web] already exists.' });
    expect(t.told).toEqual([]);
  });

  test('takes nothing but JSON', async () => {
    const t = new ApiUnderTest();

    const text = { method: 'POST', url: '/v2/apps', payload: '{"id":"/a"}' } as const;

    expect((await t.server.inject({ ...text, headers: { 'content-type': 'text/plain' } })).statusCode).toBe(415);
    expect((await t.server.inject({ ...text, headers: { 'content-type': '' } })).statusCode).toBe(415);
    expect((await t.server.inject(text)).statusCode).toBe(415);
  });

  test('says what is wrong with JSON that is none', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('POST', '/v2/apps', '{"id":');

    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ message: 'Invalid JSON', details: expect.stringContaining('JSON') });
  });

  test.each([['null'], ['[]'], ['"/web"'], ['1']])('refuses a body that is no object: %s', async (body) => {
    const t = new ApiUnderTest();

    const response = await t.send('POST', '/v2/apps', body);

    expect(response.statusCode).toBe(422);
    expect(response.json()).toEqual({
      message: 'Invalid JSON',
      details: [{ path: '/', errors: ['error.expected.jsobject'] }],
    });
  });

  test('refuses a body that is not there', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('POST', '/v2/apps');

    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ message: 'Invalid JSON', details: 'No content to map due to end-of-input' });
  });

  test('refuses a body over a megabyte', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('POST', '/v2/apps', { id: '/web', cmd: 'x'.repeat(1024 * 1024) });

    expect(response.statusCode).toBe(413);
  });

  test('answers which place has which fault', async () => {
    const t = new ApiUnderTest();

    const response = await t.send('POST', '/v2/apps', {
      id: '/web',
      cmd: 'x',
      upgradeStrategy: { minimumHealthCapacity: 2 },
    });

    expect(response.statusCode).toBe(422);
    expect(response.json()).toEqual({
      message: 'Object is not valid',
      details: [{ path: '/upgradeStrategy/minimumHealthCapacity', errors: ['is greater than 1'] }],
    });
  });
});
