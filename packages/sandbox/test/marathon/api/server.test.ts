import { ERROR_CODES, OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { HTTP_STATUS } from '../../../src/marathon/api/http-status.ts';
import { ApiUnderTest } from './support/api-under-test.ts';

describe('the server', () => {
  test('says in every answer who leads, and that nothing may be kept', async () => {
    const { headers } = await new ApiUnderTest().get('/v2/apps/none');

    expect(headers).toMatchObject({
      'x-marathon-leader': 'http://127.0.0.1:8080',
      'x-frame-options': 'DENY',
      'x-xss-protection': '1; mode=block',
      'cache-control': 'no-cache, no-store, must-revalidate',
      pragma: 'no-cache',
      expires: '0',
    });
  });

  test('answers a ping in words or JSON', async () => {
    const t = new ApiUnderTest();

    const text = await t.get('/ping');
    const json = await t.get('/ping', { accept: 'application/json' });

    expect([text.body, text.headers['content-type']]).toEqual(['pong', 'text/plain']);
    expect(json.json()).toBe('pong');
  });

  test('is its own leader, and stays so', async () => {
    const t = new ApiUnderTest();

    expect((await t.get('/v2/leader')).json()).toEqual({ leader: '127.0.0.1:8080' });
    expect((await t.send('DELETE', '/v2/leader')).json()).toEqual({ message: 'Leadership abdicated' });
    expect((await t.get('/v2/info')).json()).toMatchObject({
      name: 'marathon',
      version: expect.stringMatching(/^1\.11\./),
      elected: true,
      leader: '127.0.0.1:8080',
      frameworkId: 'sandbox-0000',
      http_config: { http_port: 8080 },
    });
  });

  test('takes no JSON that is nested beyond all reason', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const response = await new ApiUnderTest().send('PUT', '/v2/apps', nested(100_000));

    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ message: 'Invalid JSON', details: 'it is nested more than 100 levels deep' });
  });

  test.each(['/', '/v3/apps', '/v2', '/v2/deployments/a/b'])('knows no other place: %s', async (url) => {
    const response = await new ApiUnderTest().get(`${url}?a=b`);

    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ message: `URI not found: ${url}` });
  });

  test.each([
    ['DELETE', '/v2/apps'],
    ['POST', '/v2/apps/web'],
    ['PUT', '/v2/apps/web/tasks'],
    ['POST', '/v2/deployments'],
    ['POST', '/ping'],
  ] as const)('knows what does not go: %s %s', async (method, url) => {
    const response = await new ApiUnderTest().send(method, url, {});

    expect(response.statusCode).toBe(405);
    expect(response.json()).toHaveProperty('message');
  });

  test.each(ERROR_CODES)('answers a failure of the engine by what it means: %s', async (code) => {
    const t = new ApiUnderTest();
    await t.with({ id: '/web' });
    t.engine.restart = () => {
      throw new OchoError('it did not go', { code, hint: 'Try again', details: { more: 1 } });
    };

    const response = await t.send('POST', '/v2/apps/web/restart');

    expect(response.statusCode).toBe(HTTP_STATUS[code]);
    expect(response.json()).toEqual({ message: 'it did not go. Try again', more: 1 });
  });

  test('keeps what nobody expected to itself', async () => {
    const t = new ApiUnderTest();
    t.engine.apps = () => {
      throw new TypeError('secret');
    };

    const response = await t.get('/v2/apps');

    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({ message: 'unexpected failure' });
  });
});

describe('a browser', () => {
  test.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of nowhere', { origin: 'null' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:9999', host: '127.0.0.1:8080' }],
    ['a page whose name was made to point here', { host: 'evil.example:8080' }],
    ['a page whose name was made to point here, and says so', { host: 'evil.example', origin: 'http://evil.example' }],
    ['a name that only looks like an address', { host: '127.0.0.1.evil.example' }],
  ])('is kept away: %s', async (_who, headers) => {
    const t = new ApiUnderTest();

    const payload = { id: '/web', cmd: 'x' };
    const response = await t.server.inject({ method: 'POST', url: '/v2/apps', headers, payload });

    expect(response.statusCode).toBe(403);
    expect(t.engine.apps()).toEqual([]);
  });

  test.each([['127.0.0.1:8080'], ['localhost:8080'], ['LOCALHOST'], ['[::1]:8080'], ['10.0.0.7']])(
    'is not what asks %s',
    async (host) => {
      expect((await new ApiUnderTest().get('/ping', { host })).statusCode).toBe(200);
    },
  );

  test('is not what asks by a name, where others than this machine are served', async () => {
    const t = new ApiUnderTest('0.0.0.0');

    expect((await t.get('/ping', { host: 'laptop.example:8080' })).statusCode).toBe(200);
    expect((await t.get('/ping', { host: 'laptop.example', origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await t.get('/ping', { host: 'laptop.example', origin: 'http://laptop.example' })).statusCode).toBe(200);
  });
});
