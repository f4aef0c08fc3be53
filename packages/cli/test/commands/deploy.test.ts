import { OchoError } from 'ochopod-core';
import { ManualClock } from 'ochopod-core/testing';
import { FakeScheduler } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { FILES, LATER, STAMP, stage } from '../support/deploy-stage.ts';
import { ocho, words } from '../support/ocho.ts';

describe('deploy', () => {
  test('makes an application of a file, and comes back when its pods are up', async () => {
    const { scheduler, run } = stage();
    const { report, err, code } = await run('deploy web.yml -p 2 -n demo -j');

    expect(report).toEqual({
      'web.yml': {
        ok: true,
        up: [0, 1],
        expected: 2,
        application: `ochopod.demo.web-${STAMP}`,
        done: 'created',
        deployment: expect.any(String),
        version: expect.any(String),
      },
    });
    expect(err).toContain('web.yml: demo.web #1 is up\n');
    expect(scheduler.told).toEqual([`create ochopod.demo.web-${STAMP}`]);
    expect(code).toBe(0);
  });

  test('shows people a row for each file', async () => {
    const { run } = stage();
    const { out } = await run('deploy web.yml none.yml -p 2 -t 5');

    expect(out).toMatch(/^web\.yml\tochopod\.marathon\.web-\S+\t2\/2\tcreated\n/);
    expect(out).toMatch(/\nnone\.yml\tochopod\.marathon\.none-\S+\t0\/2\tcreated\tTIMEOUT: 0 of 2 pods /);
  });

  test('tells all problems of all files before anybody is asked anything', async () => {
    const { scheduler, run } = stage({ outage: new OchoError('nobody is there', { code: 'UNREACHABLE' }) });
    const { err, code } = await run('deploy web.yml bad.yml open.yml gone.yml');

    expect(err).toContain('bad.yml:3:1: prots: there is no such field');
    expect(err).toContain('open.yml:3:12: settings.size is not set');
    expect(err).toContain('settings.host is not set');
    expect(err).toContain('gone.yml:1:1: cannot read gone.yml');
    expect(scheduler.told).toEqual([]);
    expect(code).toBe(2);
    expect(await run('deploy open.yml -o gone.yml')).toMatchObject({ code: 2 });
    expect((await run('deploy open.yml -o gone.yml')).err).not.toContain('is not set');
  });

  test.each([
    { line: 'deploy web.yml -p 0', says: 'greater than or equal to 1' },
    { line: 'deploy web.yml web.yml', says: 'given twice' },
    { line: 'deploy web.yml -r a/b', says: 'no image tag' },
    { line: 'deploy web.yml -s a.b', says: 'no suffix' },
    { line: 'deploy web.yml -n .', says: 'no namespace' },
    { line: 'deploy', says: 'files' },
  ])('refuses $line', async ({ line, says }) => {
    const { scheduler, run } = stage();
    const { err, code } = await run(line);

    expect(err).toContain(says);
    expect(scheduler.told).toEqual([]);
    expect(code).toBe(2);
  });

  test('merges overrides, adds the suffix and replaces the tag', async () => {
    const { scheduler, run } = stage();
    const { report } = await run('deploy open.yml -s blue -r 7 -o blue.yml -j', {
      files: { ...FILES, 'blue.yml': 'marathon.open-blue: {size: 3, host: y}\n' },
    });

    const { application } = report['open.yml'];
    expect(application).toBe(`ochopod.marathon.open-blue-${STAMP}`);
    const made = await scheduler.get(application);
    expect(made?.image).toBe('acme/open:7');
    expect(made?.env).toMatchObject({ ochopod_cluster: 'open-blue', pod: '{"size":3,"host":"y"}' });
  });

  test('waits for as many as the file says in the words of the scheduler', async () => {
    const { run } = stage();

    expect((await run('deploy own.yml -j')).report['own.yml']).toMatchObject({ expected: 2, application: 'elsewhere' });
  });

  test('gives applications of one cluster that begin in the same second ids of their own', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml web-2.yml');
    await run('deploy web.yml');

    const ids = (await scheduler.list()).map(({ id }) => id);
    expect(ids).toEqual([STAMP, LATER, '1970-01-01-00-00-02'].map((stamp) => `ochopod.marathon.web-${stamp}`));
  });

  test('takes another id when somebody else was faster', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml');
    scheduler.list = async () => [];

    expect((await run('deploy web.yml -j')).report['web.yml']).toMatchObject({
      ok: true,
      application: `ochopod.marathon.web-${LATER}`,
    });
  });

  test.each([
    { line: 'deploy stopped.yml', code: 0 },
    { line: 'deploy stopped.yml --strict -t 5', code: 6 },
    { line: 'deploy strict.yml', code: 6 },
    { line: 'deploy job.yml', code: 0 },
    { line: 'deploy dies.yml', code: 4 },
    { line: 'deploy none.yml -t 5', code: 6 },
    { line: 'deploy mixed.yml -p 3 --strict -t 5', code: 4 },
    { line: 'deploy web.yml none.yml -t 5', code: 5 },
  ])('$line exits with $code', async ({ line, code }) => {
    expect(await stage().run(line)).toMatchObject({ code });
  });

  test('leaves what is up alone when the time is over, and names who is late', async () => {
    const { scheduler, run } = stage();
    const { report, err, code } = await run('deploy some.yml -p 4 -t 5 -j');
    const application = `ochopod.marathon.some-${STAMP}`;

    expect(report['some.yml']).toMatchObject({
      ok: false,
      up: [0, 1, 2],
      late: { [`${application}.task-4`]: { why: 'runs, and has not registered', log: [] } },
      error: { code: 'TIMEOUT', hint: expect.stringContaining(`ocho rm ${application}`) },
    });
    expect(err).toContain('some.yml: 3 of 4 pods of');
    expect(scheduler.told).toEqual([`create ${application}`]);
    expect(scheduler.pods).toHaveLength(3);
    expect(code).toBe(6);
  });

  test('shows the end of the logs of those that died, and says how to remove what is left', async () => {
    const { report } = await stage().run('deploy dies.yml -j');
    const { err } = await stage().run('deploy dies.yml');

    expect(report['dies.yml']).toMatchObject({
      ok: false,
      up: [],
      dead: { 'marathon.dies #0': { why: 'is dead: its process ended with 0', log: ['one', 'two', 'three'] } },
      error: { code: 'POD_DEAD' },
    });
    expect(err).toContain('the end of the log of marathon.dies #0:\n  one\n  two\n  three\n');
    expect(err).toContain('`ocho kill marathon.dies -i 0` removes it.');
  });

  test('names the dead and the late when some died and some are late', async () => {
    const { report } = await stage().run('deploy mixed.yml -p 3 --strict -t 5 -j');

    expect(report['mixed.yml']).toMatchObject({
      up: [],
      dead: { 'marathon.mixed #0': {} },
      late: {
        'marathon.mixed #1': { why: 'its process is stopped', log: ['one', 'two', 'three'] },
        [`ochopod.marathon.mixed-${STAMP}.task-4`]: { why: 'has not started' },
      },
      error: { code: 'POD_DEAD' },
    });
  });

  test('deploys one file after the other when they are in order, and nothing after one that failed', async () => {
    const { scheduler, run } = stage();
    const { report, code } = await run('deploy db.yml none.yml web.yml --ordered -t 5 -j');

    expect(scheduler.told).toEqual([`create ochopod.marathon.db-${STAMP}`, `create ochopod.marathon.none-${STAMP}`]);
    expect(report['web.yml']).toMatchObject({ ok: false, up: [], done: 'nothing' });
    expect(report['web.yml'].error).toEqual({ code: 'TIMEOUT', message: 'was not begun, since none.yml failed' });
    expect(code).toBe(5);
  });

  test.each([
    { line: 'deploy strict.yml none.yml', seconds: 300 },
    { line: 'deploy strict.yml --strict', seconds: 10 },
    { line: 'deploy strict.yml -t 20', seconds: 20 },
  ])('$line gives up after $seconds seconds', async ({ line, seconds }) => {
    const clock = new ManualClock();
    await stage().run(line, { clock });

    expect(clock.now() / 1000).toBeGreaterThanOrEqual(seconds);
    expect(clock.now() / 1000).toBeLessThan(seconds + 2);
  });

  test('has one time limit for all files when it is told one, also in order', async () => {
    const clock = new ManualClock();
    const { scheduler, run } = stage();
    const create = scheduler.create;
    scheduler.create = async (spec, options) => {
      await clock.sleep(4000, options.signal);
      return create(spec, options);
    };
    const { report } = await run('deploy db.yml web.yml --ordered -t 6 --stable 0s -j', { clock });

    expect(report).toMatchObject({ 'db.yml': { ok: true }, 'web.yml': { ok: false, done: 'unknown' } });
    expect(report['web.yml'].error).toMatchObject({ code: 'TIMEOUT', hint: expect.stringContaining('ocho apps') });
  });

  test('reports what the scheduler refuses, and deploys the others', async () => {
    const { scheduler, run } = stage();
    const create = scheduler.create;
    scheduler.create = async (spec, options) => {
      if (spec.image === 'acme/db:1') throw new OchoError('Marathon refuses it', { code: 'INVALID_INPUT' });
      return create(spec, options);
    };
    const { report, code } = await run('deploy db.yml web.yml -j');

    expect(report).toMatchObject({
      'db.yml': { ok: false, done: 'nothing', error: { code: 'INVALID_INPUT', message: 'Marathon refuses it' } },
      'web.yml': { ok: true, up: [0] },
    });
    expect(code).toBe(5);
  });

  test.each(['UNREACHABLE', 'DENIED'] as const)('sends nothing when the scheduler is %s', async (why) => {
    const { scheduler, run } = stage({ outage: new OchoError('it is not there', { code: why }) });

    expect((await run('deploy web.yml')).code).toBe(why === 'DENIED' ? 8 : 7);
    expect(scheduler.told).toEqual([]);
  });

  test('sends nothing when ZooKeeper is unreachable', async () => {
    const scheduler = new FakeScheduler();
    const outage = new OchoError('it is not there', { code: 'UNREACHABLE' });
    const world = { pods: [], scheduler, outage };
    const { code } = await ocho(words('deploy web.yml --marathon fake'), world, { files: FILES });

    expect({ code, told: scheduler.told }).toEqual({ code: 7, told: [] });
  });

  test('wants to know where Marathon is', async () => {
    const { code, err } = await ocho(words('deploy web.yml'), { pods: [] }, { files: FILES });

    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--marathon') });
  });

  test('Ctrl-C before the scheduler answers says that it may have been sent', async () => {
    const interrupted = new AbortController();
    const { scheduler, run } = stage();
    scheduler.create = (_spec, { signal }) => {
      setImmediate(() => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { err, code } = await run('deploy web.yml', { signal: interrupted.signal });

    expect(err).toContain(`ochopod.marathon.web-${STAMP} may have been sent`);
    expect(code).toBe(130);
  });

  test('Ctrl-C says what goes on, and how to follow it', async () => {
    const interrupted = new AbortController();
    const { scheduler, run } = stage();
    const create = scheduler.create;
    scheduler.create = async (spec, options) => {
      const change = await create(spec, options);
      setImmediate(() => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
      return change;
    };
    const { report, code } = await run('deploy none.yml -j', { signal: interrupted.signal });

    const application = `ochopod.marathon.none-${STAMP}`;
    expect(report.error).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(`${application} goes on \\(deployment deployment-\\d+\\)`),
      hint: expect.stringContaining('ocho apps'),
      details: { deployments: { [application]: expect.any(String) } },
    });
    expect(code).toBe(130);
  });
});
