import { OchoError, parseClusterView } from 'ochopod-core';
import { settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { viewOf } from '../support/pod-under-test.ts';
import { ServerUnderTest } from '../support/server-under-test.ts';

const VIEW = '{"key":"own"}';

describe('/control', () => {
  test('passes task, payload and fence to the pod', async () => {
    const t = new ServerUnderTest();

    const response = await t.post('/control/on/30', { payload: VIEW, headers: { 'x-ochopod-fence': '4611' } });

    expect(response).toMatchObject({ statusCode: 200, body: '{}' });
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(t.asked).toEqual([{ task: 'on', payload: { key: 'own' }, fence: 4611n }]);
  });

  test.each([
    ['none', undefined],
    ['JSON', 'application/json'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['something that is no type', 'whatever'],
  ])('takes JSON whatever its type is said to be: %s', async (_case, type) => {
    const t = new ServerUnderTest();

    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const { statusCode } = await t.post('/control/check/60', { payload: VIEW, headers });

    expect(statusCode).toBe(200);
    expect(t.asked).toMatchObject([{ task: 'check', payload: { key: 'own' } }]);
  });

  test('takes a request without body and type', async () => {
    const t = new ServerUnderTest();

    const { statusCode } = await t.post('/control/off/60', { headers: { 'content-length': '0' } });

    expect(statusCode).toBe(200);
    expect(t.asked).toEqual([{ task: 'off', payload: undefined }]);
  });

  test.each([[['rotated', 3]], ['rotated'], [3], [{ rotated: true }]])(
    'answers what the signal returned: %j',
    async (said) => {
      const t = new ServerUnderTest();
      t.answer = async () => said;

      const answer = await t.post('/control/signal');
      expect(answer.json()).toEqual(said);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
    },
  );

  test.each([
    ['another task', '/control/explode', ''],
    ['no seconds at all', '/control/on/0', ''],
    ['too many seconds', '/control/on/3601', ''],
    ['seconds that are no number', '/control/on/soon', ''],
    ['seconds with a fraction', '/control/on/1.5', ''],
    ['a body that is not JSON', '/control/on', '{"key":'],
    ['more in the path', '/control/on/60/now', ''],
    ['a task of no name', '/control/', ''],
  ])('answers 400 to %s', async (_case, url, payload) => {
    const t = new ServerUnderTest();

    const response = await t.post(url, { payload });

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'INVALID_INPUT' });
    expect(t.asked).toEqual([]);
  });

  test('answers 400 to a fence that is no number', async () => {
    const t = new ServerUnderTest();

    expect((await t.post('/control/off', { headers: { 'x-ochopod-fence': '-1' } })).statusCode).toBe(400);
  });

  test.each([
    ['POD_REFUSED', 406],
    ['POD_FAILED', 500],
    ['POD_DEAD', 410],
    ['FENCED', 409],
    ['INVALID_INPUT', 400],
  ] as const)('answers %s as %i, with the reason', async (code, status) => {
    const t = new ServerUnderTest();
    t.answer = () => Promise.reject(new OchoError('that is why', { code }));

    const response = await t.post('/control/on');

    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual({ code, message: 'that is why' });
  });

  test('answers 410 to all of it once dead, known or not', async () => {
    const t = new ServerUnderTest();
    t.dead.abort();

    expect((await t.post('/control/signal')).statusCode).toBe(410);
    expect((await t.post('/control/explode')).statusCode).toBe(410);
    expect((await t.post('/info')).statusCode).toBe(200);
    expect((await t.post('/log')).statusCode).toBe(200);
  });

  test('answers 408 after the seconds of the path, and calls the work off', async () => {
    const t = new ServerUnderTest();
    t.answer = () => new Promise(() => {});

    const response = t.post('/control/on/5');
    await t.clock.advance(4999);
    expect(t.signals[0]?.aborted).toBe(false);
    await t.clock.advance(1);

    expect((await response).statusCode).toBe(408);
    expect(t.signals[0]?.aborted).toBe(true);
  });

  test('waits a minute when the path says nothing', async () => {
    const t = new ServerUnderTest();
    t.answer = () => new Promise(() => {});

    const response = t.post('/control/on');
    await t.clock.advance(60_000);

    expect((await response).statusCode).toBe(408);
  });

  test('leaves no timer behind once it has answered', async () => {
    const t = new ServerUnderTest();

    await t.post('/control/on/5');
    await settle();

    expect(t.clock.pending).toBe(0);
  });

  test('takes the view of several hundred pods, and no more than its limit', async () => {
    const t = new ServerUnderTest({ limits: { viewBytes: 1_000_000 } });

    expect((await t.post('/control/check', { payload: `"${'x'.repeat(900_000)}"` })).statusCode).toBe(200);
    const refused = await t.post('/control/check', { payload: `"${'x'.repeat(1_000_000)}"` });

    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('failures', () => {
  test.each([
    ['GET', '/info', 405],
    ['PUT', '/control/on', 405],
    ['DELETE', '/exec', 405],
    ['GET', '/control/on/60', 405],
    ['POST', '/healthz', 405],
    ['GET', '/', 404],
    ['POST', '/nothing/here', 404],
    ['POST', '/%zz', 400],
  ] as const)('%s %s is answered %i, in JSON', async (method, url, status) => {
    const t = new ServerUnderTest();

    const response = await t.app.inject({ method, url });

    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json()).toEqual({ code: expect.any(String), message: expect.any(String) });
  });

  test('that are bugs are logged and not told', async () => {
    const t = new ServerUnderTest();
    t.answer = () => Promise.reject(new TypeError('x is not a function'));

    const response = await t.post('/control/on');

    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('x is not');
    expect(t.ring.lines().join('')).toContain('x is not a function');
  });
});

describe('/info', () => {
  test('holds exactly the fields of the contract', async () => {
    const t = new ServerUnderTest();

    expect((await t.post('/info')).json()).toEqual({
      application: 'prod/web',
      dependencies: ['db', '/prod.*'],
      ip: '10.0.0.1',
      metrics: { load: 0.5, note: 'fine' },
      node: 'host-1',
      port: '8080',
      ports: { 8080: 31_004 },
      process: 'running',
      public: '54.0.0.1',
      state: 'leader',
      status: 'all is well',
      task: 'web.1',
      agent: '1.2.3',
      since: '2026-01-31T12:00:00.000Z',
      by: 'leader',
      restarts: 1,
    });
  });

  test('tells by what the configuration is recognised that stands', async () => {
    const t = new ServerUnderTest();
    t.view = parseClusterView(viewOf());

    expect((await t.post('/info')).json()).toMatchObject({ configured: 'digest of what own was told' });
  });

  test('answers before there is a coordination', async () => {
    const t = new ServerUnderTest();
    t.coordination = undefined;

    expect((await t.post('/info')).json()).toMatchObject({ state: 'follower', status: '' });
    expect((await t.post('/reset')).statusCode).toBe(503);
  });
});

test('/log holds the lines, each with its newline', async () => {
  const t = new ServerUnderTest();
  t.ring.push('one\n');
  t.ring.push('two\n');

  expect((await t.post('/log')).json()).toEqual(['one\n', 'two\n']);
});

describe('/log', () => {
  const numbered = (first: number, count: number) => Array.from({ length: count }, (_, at) => `line ${first + at}\n`);
  const told = ({ headers, json }: Awaited<ReturnType<ServerUnderTest['post']>>) => ({
    lines: json(),
    cursor: headers['x-ochopod-log-cursor'],
    missed: headers['x-ochopod-log-missed'],
  });

  test('answers the last lines, as many as asked for', async () => {
    const t = new ServerUnderTest();
    for (const line of numbered(0, 5)) t.ring.push(line);

    const lines = (count: number) => t.post(`/log?lines=${count}`).then(told);
    expect(await lines(2)).toEqual({ lines: numbered(3, 2), cursor: 'agent-1:5', missed: undefined });
    expect(await lines(0)).toMatchObject({ lines: [], cursor: 'agent-1:5' });
    expect(await lines(9)).toMatchObject({ lines: numbered(0, 5) });
  });

  test('answers what came since the cursor, and how much of it is gone', async () => {
    const t = new ServerUnderTest();
    for (const line of numbered(0, 5)) t.ring.push(line);
    const from = (cursor: string) => t.post(`/log?from=${encodeURIComponent(cursor)}`).then(told);

    expect(await from('agent-1:3')).toEqual({ lines: numbered(3, 2), cursor: 'agent-1:5', missed: undefined });
    expect(await from('agent-1:5')).toMatchObject({ lines: [], cursor: 'agent-1:5' });
    for (const line of numbered(5, 2100)) t.ring.push(line);
    expect(await from('agent-1:5')).toEqual({ lines: numbered(105, 2000), cursor: 'agent-1:2105', missed: '100' });
  });

  test.each(['agent-0:3', 'agent-1:6', 'agent-1:-1', 'agent-1:x', 'x', ''])(
    'knows no %j, and begins anew',
    async (cursor) => {
      const t = new ServerUnderTest();
      for (const line of numbered(0, 5)) t.ring.push(line);

      expect(await t.post(`/log?from=${cursor}`).then(told)).toMatchObject({
        lines: numbered(0, 5),
        cursor: 'agent-1:5',
      });
    },
  );

  test('never answers more than 2 MB, and goes on where it left off', async () => {
    const t = new ServerUnderTest();
    // Each byte is six in JSON.
    for (let number = 0; number < 1000; number += 1) t.ring.push('\u0001'.repeat(1000));

    const all = await t.post('/log');
    expect(all.rawPayload.length).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(all.headers['x-ochopod-log-missed']).toBe(String(1000 - all.json().length));
    let [cursor, lines] = ['agent-1:0', 0];
    while (lines < 1000) {
      const page = await t.post(`/log?from=${cursor}`);
      expect(page.rawPayload.length).toBeLessThanOrEqual(2 * 1024 * 1024);
      lines += page.json().length;
      cursor = String(page.headers['x-ochopod-log-cursor']);
    }
    expect(cursor).toBe('agent-1:1000');
  });

  test('leaves a line out that no answer can hold', async () => {
    const t = new ServerUnderTest();
    t.ring.push('x'.repeat(3 * 1024 * 1024));

    expect(await t.post('/log?from=agent-1:0').then(told)).toEqual({ lines: [], cursor: 'agent-1:1', missed: '1' });
  });

  test('refuses what is no number', async () => {
    expect((await new ServerUnderTest().post('/log?lines=all')).statusCode).toBe(400);
  });
});

describe('/reset', () => {
  test('answers once the pod is registered again', async () => {
    const t = new ServerUnderTest();
    let resets = 0;
    const reset = async () => {
      resets += 1;
    };
    t.coordination = { state: 'follower', status: '', registered: true, reset };

    expect(await t.post('/reset')).toMatchObject({ statusCode: 200, body: '{}' });
    expect(resets).toBe(1);
  });
});

describe('health', () => {
  test('/healthz says that the agent is there', async () => {
    expect((await new ServerUnderTest().app.inject('/healthz')).statusCode).toBe(200);
  });

  test('/readyz says that the pod takes part', async () => {
    expect((await new ServerUnderTest().app.inject('/readyz')).statusCode).toBe(200);
  });

  test.each([
    ['pod is not registered', (t: ServerUnderTest) => t.leaveCluster()],
    ['pod is not configured', (t: ServerUnderTest) => t.loseConfiguration()],
    ['pod is dead', (t: ServerUnderTest) => t.dead.abort()],
    ['process crashed', (t: ServerUnderTest) => t.crash()],
  ])('/readyz says that the %s', async (why, arrange) => {
    const t = new ServerUnderTest();
    arrange(t);

    const response = await t.app.inject('/readyz');

    expect(response.statusCode).toBe(503);
    expect(response.json().message).toContain(why);
  });
});

test('/metrics shows states, counts and the numbers of the sanity check', async () => {
  const response = await new ServerUnderTest().app.inject('/metrics');

  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toContain('text/plain');
  for (const line of [
    'ochopod_failures_in_a_row 0',
    'ochopod_crash_loop 0',
    'ochopod_process_state{state="running"} 1',
    'ochopod_process_state{state="dead"} 0',
    'ochopod_leadership_state{state="leader"} 1',
    'ochopod_registered 1',
    'ochopod_configured 1',
    'ochopod_sanity_metric{metric="load"} 0.5',
    'ochopod_configurations_total 2',
    'ochopod_restarts_total 1',
    'ochopod_sanity_failures_total 4',
  ]) {
    expect(response.body.split('\n')).toContain(line);
  }
});

test('/metrics shows a crash loop', async () => {
  const t = new ServerUnderTest();
  t.crash();

  const { body } = await t.app.inject('/metrics');

  expect(body.split('\n')).toEqual(expect.arrayContaining(['ochopod_failures_in_a_row 4', 'ochopod_crash_loop 1']));
});
