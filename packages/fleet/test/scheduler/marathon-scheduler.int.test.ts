import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';

import { FakeMarathon, json, useMarathons } from './fake-marathon.ts';

const signal = new AbortController().signal;
const CHANGE = { deploymentId: 'd-1', version: '2026-01-01T00:00:00.000Z' };
const APP = { id: '/web', instances: 1, version: '2026-01-01T00:00:00.000Z' };
const options = { force: false, signal };

const { marathon, schedulerAt } = useMarathons();

describe('with several masters', () => {
  test('the next one is asked when the first is dead, and stays the first to be asked', async () => {
    const dead = await FakeMarathon.start(() => {});
    const { url } = dead;
    await dead[Symbol.asyncDispose]();
    const alive = await marathon((_asked, response) => json(response, { apps: [] }));

    const scheduler = schedulerAt([url, alive.url]);
    expect(await scheduler.list(signal)).toEqual([]);
    expect(await scheduler.list(signal)).toEqual([]);
    expect(alive.asked).toHaveLength(2);
  });

  test('one that nests what it answers beyond all reason is no Marathon', async () => {
    const levels = 100_000;
    const deep = `{"apps":[{"id":"/web","instances":1,"x":${'['.repeat(levels)}${']'.repeat(levels)}}]}`;
    const liar = await marathon((_asked, response) => response.writeHead(200).end(deep));

    await expect(schedulerAt([liar.url]).list(signal)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('no Marathon'),
    });
  });

  test('one that sends interim answers without end is hung up on', async () => {
    const flood = await marathon((_asked, response) => {
      const more = () => {
        if (response.destroyed) return;
        response.writeProcessing();
        setImmediate(more);
      };
      more();
    });

    await expect(schedulerAt([flood.url]).list(signal)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('one interim answer after the other'),
    });
  });

  test('every one is named when none answers', async () => {
    const broken = await marathon((_asked, response) => json(response, { message: 'out of order' }, 500));
    await expect(schedulerAt([broken.url]).list(signal)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(new RegExp(`${broken.url}: HTTP 500 .*out of order`)),
    });
  });

  test('a change is sent again when the server failed twice', async () => {
    let failures = 2;
    const fake = await marathon(({ method }, response) => {
      if (method === 'GET') return json(response, { app: { ...APP, version: CHANGE.version } });
      if (failures > 0) {
        failures -= 1;
        return json(response, {}, 500);
      }
      json(response, CHANGE);
    });
    expect(await schedulerAt([fake.url]).scale('web', 3, options)).toEqual({
      id: 'd-1',
      application: 'web',
      version: CHANGE.version,
    });
    const changes = fake.asked.filter(({ method }) => method !== 'GET');
    expect(changes.map(({ method, path, body }) => [method, path, body])).toEqual(
      Array(3).fill(['PUT', '/v2/apps/web', { instances: 3 }]),
    );
  });

  test('an application whose creation was carried out and not answered is no conflict', async () => {
    let created = false;
    const fake = await marathon(({ method, path }, response) => {
      if (path === '/v2/info') return json(response, { version: '1.11.0' });
      if (method === 'GET') return json(response, { app: { ...APP, deployments: [{ id: 'd-7' }] } });
      if (created) return json(response, { message: 'An app with id [/web] already exists.' }, 409);
      created = true;
      response.destroy();
    });
    expect(await schedulerAt([fake.url]).create(SPEC, options)).toMatchObject({ id: 'd-7', version: APP.version });
  });

  test('an application that was there before is one', async () => {
    const fake = await marathon(({ path }, response) => {
      if (path === '/v2/info') return json(response, { version: '1.11.0' });
      json(response, { message: 'An app with id [/web] already exists.' }, 409);
    });
    await expect(schedulerAt([fake.url]).create(SPEC, options)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'Marathon refuses to create web: An app with id [/web] already exists.',
    });
  });
});

const SPEC = {
  id: 'web',
  image: 'acme/web:1',
  instances: 1,
  ports: [],
  env: {},
  labels: {},
  resources: {},
  hostVolumes: [],
  constraints: [],
  verbatim: {},
};

describe('credentials', () => {
  const token = { token: 's3cret' };

  test.each([
    [{ user: 'ann', password: 'pw' }, 'Basic YW5uOnB3'],
    [token, 'token=s3cret'],
  ])('are sent as Marathon wants them', async (credentials, header) => {
    const fake = await marathon((_asked, response) => json(response, { apps: [] }));
    await schedulerAt([fake.url], credentials).list(signal);
    expect(fake.asked[0]?.authorization).toBe(header);
  });

  test('do not follow a redirect to somebody who is no master of ours', async () => {
    const stranger = await marathon((_asked, response) => json(response, { apps: [] }));
    const master = await marathon(({ path }, response) => redirect(response, `${stranger.url}${path}`));
    await schedulerAt([master.url], token).list(signal);
    expect(master.asked[0]?.authorization).toBe('token=s3cret');
    expect(stranger.asked[0]?.authorization).toBeUndefined();
  });

  test('follow a redirect to the leader among our masters', async () => {
    const leader = await marathon((_asked, response) => json(response, { apps: [] }));
    const standby = await marathon(({ path }, response) => redirect(response, `${leader.url}${path}`));
    await schedulerAt([standby.url, leader.url], token).list(signal);
    expect(leader.asked[0]?.authorization).toBe('token=s3cret');
  });

  test('that are wrong are said to be, and nobody tries again', async () => {
    const fake = await marathon((_asked, response) =>
      json(response, { message: 'Invalid username or password.' }, 401),
    );
    await expect(schedulerAt([fake.url], token).list(signal)).rejects.toMatchObject({
      code: 'DENIED',
      message: expect.not.stringContaining('s3cret'),
    });
    expect(fake.asked).toHaveLength(1);
  });
});

test('a path before the API is kept', async () => {
  const fake = await marathon((_asked, response) => json(response, { apps: [] }));
  await schedulerAt([`${fake.url}/service/marathon`]).list(signal);
  expect(fake.asked[0]?.path).toMatch(/^\/service\/marathon\/v2\/apps\?/);
});

describe('a locked application', () => {
  const locked = { message: 'App is locked by one or more deployments.', deployments: [{ id: 'd-0' }] };

  test('is waited for, and the blocking deployment is told once', async () => {
    let refusals = 3;
    const fake = await marathon((_asked, response) => {
      if (refusals === 0) return json(response, CHANGE);
      refusals -= 1;
      json(response, locked, 409);
    });
    const told: string[] = [];
    await schedulerAt([fake.url]).scale('web', 2, { ...options, onBlocked: (change) => told.push(change) });
    expect(told).toEqual(['d-0']);
    expect(fake.asked).toHaveLength(4);
  });

  test('is taken over when told to', async () => {
    const fake = await marathon((_asked, response) => json(response, CHANGE));
    const scheduler = schedulerAt([fake.url]);
    await scheduler.scale('web', 2, { ...options, force: true });
    await scheduler.removeTasks('web', ['t-1'], { ...options, force: true });
    await scheduler.delete('web', options);
    expect(fake.asked.map(({ path }) => path)).toEqual([
      '/v2/apps/web?force=true',
      '/v2/tasks/delete?scale=true&force=true',
      '/v2/apps/web?force=false',
    ]);
  });
});

describe('waiting for a change', () => {
  const change = { id: 'd-1', application: 'web', version: CHANGE.version };

  test('goes on over a stream of events that breaks in the middle', async () => {
    let streams = 0;
    let running = true;
    const fake = await marathon(({ path }, response) => {
      if (path === '/v2/deployments') return json(response, running ? [{ id: 'd-1' }] : []);
      streams += 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: status_update_event\r\nda');
      if (streams === 3) running = false;
      response.destroy();
    });
    await schedulerAt([fake.url]).untilDone(change, signal);
    expect(streams).toBeGreaterThanOrEqual(3);
  });

  test('fails with the reason when Marathon gives it up', async () => {
    const fake = await marathon(({ path }, response) => {
      if (path === '/v2/deployments') return json(response, [{ id: 'd-1' }]);
      const data = JSON.stringify({ id: 'd-1', reason: 'The upgrade has been cancelled' });
      response.writeHead(200).write(`event: deployment_failed\r\ndata: ${data}\r\n\r\n`);
    });
    await expect(schedulerAt([fake.url]).untilDone(change, signal)).rejects.toMatchObject({
      code: 'POD_FAILED',
      message: 'the deployment of web was given up: The upgrade has been cancelled',
    });
  });
});

test('versions come newest first, in whatever order Marathon has them', async () => {
  const versions = ['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z', '2026-01-01T00:00:00.000Z'];
  const fake = await marathon(({ path }, response) => {
    const [, version] = /versions\/(.+)$/.exec(path) ?? [];
    json(response, version === undefined ? { versions } : { ...APP, version });
  });
  const found = await schedulerAt([fake.url]).versions('web', signal);
  expect(found.map(({ version }) => version)).toEqual([...versions].sort().reverse());
});

test.each([
  ['<html>a login page</html>', 'what answered is no Marathon'],
  [{ apps: 'none' }, 'what answered is no Marathon: apps'],
])('an answer that is none says so: %j', async (body, message) => {
  const fake = await marathon((_asked, response) => json(response, body));
  await expect(schedulerAt([fake.url]).list(signal)).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining(message),
  });
});

test('a refusal tells every reason', async () => {
  const details = [{ path: '/id', errors: ['must fully match regular expression', 'is too long'] }];
  const fake = await marathon((_asked, response) => json(response, { message: 'Object is not valid', details }, 422));
  await expect(schedulerAt([fake.url]).scale('web', -1, options)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: 'Marathon refuses PUT of web: Object is not valid: /id must fully match regular expression, is too long',
  });
});

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}

test('what replaces an application takes away what the new one does not say', async () => {
  const fake = await marathon(({ path }, response) =>
    json(response, path === '/v2/info' ? { version: '1.9.0' } : CHANGE),
  );
  const spec = { image: 'acme/web:2', instances: 1, ports: [], env: {}, labels: {}, resources: {}, hostVolumes: [] };
  await schedulerAt([fake.url]).replace('web', { ...spec, id: 'web', constraints: [], verbatim: {} }, options);

  const put = fake.asked.at(-1);
  expect(put).toMatchObject({ method: 'PUT', path: '/v2/apps/web', body: { healthChecks: [], constraints: [] } });
  expect(put?.body).not.toHaveProperty('id');
});
