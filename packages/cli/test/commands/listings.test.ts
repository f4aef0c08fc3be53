import type { LockHolder } from 'ochopod-core/registry';
import { fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const WORLD = {
  pods: [
    fakePod('demo.db #0', { info: { state: 'leader', status: 'all is well' } }),
    fakePod('demo.web #1', { info: { state: 'leader (configuration pending)', status: '* waiting' } }),
    fakePod('demo.web #2', { habit: 'gone' }),
    fakePod('demo.web #3', { info: { process: 'stopped' } }),
  ],
};
const GARBAGE = { cluster: 'demo.web', node: 'junk.0000000009', reason: 'the registration is not JSON' };

describe('ls', () => {
  test('tells total, running and what the leader says', async () => {
    const { out, code } = await ocho(words('ls -j'), WORLD);

    expect(JSON.parse(out)).toEqual({
      'demo.db': { total: 1, running: 1, status: 'all is well' },
      'demo.web': {
        total: 3,
        running: 1,
        status: '* waiting',
        failed: { 'demo.web #2': { code: 'UNREACHABLE', message: 'demo.web #2 cannot be reached' } },
      },
    });
    expect(code).toBe(5);
  });

  test('writes one line per cluster, apart by tabs, when nobody watches', async () => {
    const { out } = await ocho(words('ls'), WORLD);

    expect(out).toBe(
      'demo.db\t1/1\tall is well\n' + 'demo.web\t1/3\t* waiting\t#2: UNREACHABLE: demo.web #2 cannot be reached\n',
    );
  });

  test('names the pods whose process fails over and over, as grep does', async () => {
    const trouble = 'crash loop: 5 failures in a row';
    const world = { pods: [fakePod('demo.web #0'), fakePod('demo.web #1', { info: { process: 'stopped', trouble } })] };

    expect((await ocho(words('ls'), world)).out).toBe(`demo.web\t1/2\t\t#1: ${trouble}\n`);
    const ls = JSON.parse((await ocho(words('ls -j'), world)).out);
    expect(ls['demo.web'].troubles).toEqual({ 'demo.web #1': trouble });
    const grep = JSON.parse((await ocho(words('grep demo.web -j'), world)).out);
    expect(grep).toMatchObject({ 'demo.web #1': { trouble } });
    expect(grep['demo.web #0']).not.toHaveProperty('trouble');
  });

  test('draws a table on a terminal', async () => {
    const { out } = await ocho(words('ls demo.db'), WORLD, { isTty: true });

    expect(out).toBe('cluster  ok   status\ndemo.db  1/1  all is well\n');
  });

  test('counts a znode that cannot be read, and drops nobody for it', async () => {
    const { out, err, code } = await ocho(words('ls demo.web -j'), { ...WORLD, problems: [GARBAGE] });

    expect(JSON.parse(out)['demo.web']).toMatchObject({
      total: 4,
      failed: { 'demo.web junk.0000000009': { code: 'INVALID_INPUT' } },
    });
    expect(err).toContain('demo.web junk.0000000009 cannot be read');
    expect(code).toBe(5);
  });

  test.each<[LockHolder, RegExp]>([
    [{ is: 'nobody' }, /^\* no leader: nobody contends for the lock; a reset of its pods makes them contend again/],
    [
      { is: 'stranger', path: '/x/y' },
      /^\* no leader: the lock is held by \/x\/y, which is no pod's; delete that znode$/,
    ],
    [{ is: 'pod', key: fakePod('demo.web #2').key }, /^\* no leader answers: demo.web #2 has the lock/],
  ])('says why nobody leads when %j, and so does info', async (lock, status) => {
    const world = { pods: [fakePod('demo.web #1'), fakePod('demo.web #2', { habit: 'gone' })], lock };
    const { out } = await ocho(words('ls -j'), world);
    expect(JSON.parse(out)['demo.web'].status).toMatch(status);

    const { out: info } = await ocho(words('info demo.web -i 1 -j'), world);
    expect(JSON.parse(info)).toMatchObject({ leader: null, leaderless: expect.stringMatching(status) });
  });

  test('asks nobody who leads pods that are all dead', async () => {
    const world = { pods: [fakePod('demo.web #1', { info: { process: 'dead' } })], lock: { is: 'nobody' } as const };
    const { out } = await ocho(words('ls -j'), world);
    expect(JSON.parse(out)['demo.web'].status).toBe('');
  });

  test('is empty and content when nothing is registered', async () => {
    expect(await ocho(words('ls'), { pods: [] })).toMatchObject({ out: '', code: 0 });
    expect(await ocho(words('ls -j'), { pods: [] })).toMatchObject({ out: '{}\n', code: 0 });
  });
});

describe('grep', () => {
  test('shows a pod that does not answer where it is registered, with its error', async () => {
    const { out } = await ocho(words('grep demo.web -i 1 2 -j'), WORLD);

    expect(JSON.parse(out)).toEqual({
      'demo.web #1': { ip: '10.0.0.1', node: 'node-1', process: 'running', state: 'leader (configuration pending)' },
      'demo.web #2': {
        ...{ ip: '10.0.0.2', node: 'node-1', process: '', state: '' },
        error: { code: 'UNREACHABLE', message: 'demo.web #2 cannot be reached' },
      },
    });
  });

  test('shows a znode that cannot be read under its name, beside every other pod', async () => {
    const { out } = await ocho(words('grep -j'), { ...WORLD, problems: [GARBAGE] });

    expect(Object.keys(JSON.parse(out))).toEqual([
      ...['demo.db #0', 'demo.web #1', 'demo.web #2', 'demo.web #3'],
      'demo.web junk.0000000009',
    ]);
  });

  test('completes a bare name with the namespace, and only that', async () => {
    const { out } = await ocho(words('grep db -n demo -j'), WORLD);

    expect(Object.keys(JSON.parse(out))).toEqual(['demo.db #0']);
    expect((await ocho(words('grep demo.db -n other -j'), WORLD)).code).toBe(0);
  });

  test('takes a glob that matches nothing for an answer, and a name that is not there for a failure', async () => {
    expect(await ocho(words('grep no.* -j'), WORLD)).toMatchObject({ out: '{}\n', code: 0 });
    expect((await ocho(words('grep no.such demo.db'), WORLD)).code).toBe(5);
    expect((await ocho(words('grep no.such'), WORLD)).code).toBe(3);
  });

  test('fails when a chosen number is nobody, without hiding the others', async () => {
    const { out, code } = await ocho(words('grep demo.db -i 0 7 -j'), WORLD);

    expect(JSON.parse(out)).toMatchObject({ 'demo.db #0': {}, 'demo.db #7': { error: { code: 'NOT_FOUND' } } });
    expect(code).toBe(5);
  });

  test('says on stderr that a cluster has no pods, and is content', async () => {
    expect(await ocho(words('grep demo.idle'), { pods: [], empty: ['demo.idle'] })).toMatchObject({
      ...{ out: '', code: 0 },
      err: 'warning: no pod matches demo.idle\n',
    });
  });
});

test('poll shows metrics, and why they are not known', async () => {
  const { out } = await ocho(words('poll demo.web -j'), WORLD);

  expect(JSON.parse(out)).toEqual({
    'demo.web #1': { load: 1 },
    'demo.web #2': { error: { code: 'UNREACHABLE', message: 'demo.web #2 cannot be reached' } },
    'demo.web #3': { load: 3 },
  });
});

describe('port', () => {
  test('tells where a container port ended up, and asks nobody', async () => {
    const { out, pods, code } = await ocho(words('port 6379 demo.web'), WORLD);

    expect(out.split('\n')[0]).toBe('demo.web #1\t10.0.0.1\t203.0.113.7\t32001');
    expect(pods.asked).toEqual([]);
    expect(code).toBe(0);
  });

  test('leaves pods without the port out, unless their cluster was named', async () => {
    expect(await ocho(words('port 99 *'), WORLD)).toMatchObject({ out: '', code: 0 });
    expect(await ocho(words('port 99 demo.web'), WORLD)).toMatchObject({ code: 3 });
  });

  test('refuses what is no port', async () => {
    const { out, code } = await ocho(words('port demo.web 6379 -j'), WORLD);

    expect(JSON.parse(out)).toMatchObject({ error: { code: 'INVALID_INPUT', message: '"demo.web" is no port' } });
    expect(code).toBe(2);
  });
});

describe('info', () => {
  test('shows registration, answer and leader of one pod', async () => {
    const { out, code } = await ocho(words('info demo.web -i 3 -j'), WORLD);

    expect(JSON.parse(out)).toMatchObject({
      ...{ pod: 'demo.web #3', seq: 3, leader: 'demo.web #1' },
      registration: { ip: '10.0.0.3' },
      info: { process: 'stopped' },
    });
    expect(code).toBe(0);
  });

  test('shows a pod that does not answer as it registered', async () => {
    const { out, code } = await ocho(words('info demo.web -i 2 -j'), WORLD);

    expect(JSON.parse(out)).toMatchObject({ pod: 'demo.web #2', info: null, error: { code: 'UNREACHABLE' } });
    expect(code).toBe(7);
  });

  test('wants one pod chosen when there are several', async () => {
    const { err, code } = await ocho(words('info demo.web'), WORLD);

    expect(err).toContain('Choose one with -i: demo.web #1, demo.web #2, demo.web #3.');
    expect(code).toBe(2);
  });
});
