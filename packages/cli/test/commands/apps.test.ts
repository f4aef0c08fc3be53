import { FakeScheduler, type FakeSchedulerOptions, fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { deploy, WEB } from '../support/applications.ts';
import { ocho, words } from '../support/ocho.ts';

async function world(options: FakeSchedulerOptions = {}) {
  const scheduler = new FakeScheduler(options);
  await deploy(scheduler, WEB, { instances: 2 });
  await deploy(scheduler, 'ochopod.demo.db-1', { cluster: 'db', image: 'db:1' });
  return { scheduler, pods: scheduler.pods };
}

const apps = (line = '') => words(`apps --marathon fake ${line}`);

describe('apps', () => {
  test('shows tasks and pods side by side', async () => {
    const { out, code } = await ocho(apps(), await world());

    expect(out).toBe(
      'ochopod.demo.db-1\tdemo.db\tdb:1\t1/1\t1/1\t2026-01-01T00:00:00.004Z\n' +
        `${WEB}\tdemo.web\tweb:1\t2/2\t2/2\t2026-01-01T00:00:00.001Z\n`,
    );
    expect(code).toBe(0);
  });

  test('tells everything to programs', async () => {
    const seen = await world();
    const [{ registration = { task: '' } } = {}] = seen.pods;
    const { out } = await ocho(apps('demo.web -j'), seen);

    const { applications, strays } = JSON.parse(out);
    expect(strays).toEqual({});
    expect(Object.keys(applications)).toEqual([WEB]);
    expect(applications[WEB]).toMatchObject({
      ...{ cluster: 'demo.web', image: 'web:1', instances: 2, tasksRunning: 2, pods: { total: 2, running: 2 } },
      ...{ deployments: [], lastFailure: null },
    });
    expect(applications[WEB].tasks[registration.task]).toEqual({
      ...{ host: 'node-1', state: 'running', healthy: null, pod: 'demo.web #0', process: 'running' },
      ...{ version: '2026-01-01T00:00:00.001Z', startedAt: expect.stringMatching(/^2026-01-02T/) },
    });
  });

  test('shows tasks without a pod, and pods without a task', async () => {
    const seen = await world({ fates: { 'db:1': 'no pod' } });
    const stray = fakePod('demo.db #7', { info: { process: 'stopped' } });
    const { out, code } = await ocho(apps('demo.db'), { ...seen, pods: [...seen.pods, stray] });

    expect(out).toMatch(
      /^ochopod.demo.db-1\tdemo.db\tdb:1\t1\/1\t0\/0\t\S+\t\ttask ochopod.demo.db-1.task-\d has no pod\n/,
    );
    expect(out).toMatch(/\n\tdemo.db\t\t\t0\/1\t\t\tdemo.db #7 has no task: stopped\n$/);
    expect(code).toBe(0);
  });

  test('says which pods do not run, and which do not answer', async () => {
    const seen = await world({ fates: { 'db:1': 'dies', 'web:1': 'stays stopped' } });
    const [first] = seen.pods;
    if (first !== undefined) seen.pods[0] = { ...first, habit: 'gone' };
    const { out, code } = await ocho(apps(), seen);

    expect(out).toContain('demo.db #0 is dead');
    expect(out).toContain('demo.web #0: UNREACHABLE: demo.web #0 cannot be reached; demo.web #1 is stopped');
    expect(code).toBe(5);
  });

  test('shows what is being deployed, and the last failure while tasks are missing', async () => {
    const seen = await world({ fates: { 'db:1': 'never starts' } });
    const { list } = seen.scheduler;
    seen.scheduler.list = async () =>
      (await list()).map((each) => ({
        ...{ ...each, changes: ['d-1'] },
        lastFailure: { task: 't', version: 'v', why: 'TASK_FAILED: exited with 3' },
      }));
    const { out } = await ocho(apps(), seen);

    const [db, web] = out.split('\n');
    expect(db).toContain('\t0/1\t0/0\t');
    expect(db).toMatch(/\td-1\ttask \S+ has no pod \(starting\); last failure: TASK_FAILED: exited with 3$/);
    expect(web).not.toContain('failure');
  });

  test('fails for a cluster that neither side knows', async () => {
    const nothing = await ocho(apps('demo.nothing -j'), await world());
    expect(JSON.parse(nothing.out)).toMatchObject({ error: { code: 'NOT_FOUND', hint: expect.any(String) } });
    expect(nothing.code).toBe(3);
    const { out, code } = await ocho(apps('demo.nothing demo.web -j'), await world());

    expect(JSON.parse(out).failed).toMatchObject({ 'demo.nothing': { code: 'NOT_FOUND' } });
    expect(code).toBe(5);
    expect((await ocho(apps('no.*'), await world())).code).toBe(0);
  });

  test('asks for a scheduler when none is given', async () => {
    expect(await ocho(['apps'], await world())).toMatchObject({ code: 2, err: expect.stringContaining('--marathon') });
  });
});
