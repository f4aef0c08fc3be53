import { OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { LATER, STAMP, stage } from '../support/deploy-stage.ts';

describe('deploy --update', () => {
  test('replaces the newest application of the cluster in place, with as many pods as it has', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml -p 2');
    await run('deploy web.yml -p 3');
    const { report, code } = await run('deploy web-2.yml --update -j');

    const application = `ochopod.marathon.web-${LATER}`;
    expect(report['web-2.yml']).toMatchObject({ ok: true, application, done: 'replaced', expected: 3, up: [5, 6, 7] });
    expect(scheduler.told.at(-1)).toBe(`replace ${application}`);
    expect((await scheduler.get(application))?.image).toBe('acme/web:2');
    expect((await scheduler.get(`ochopod.marathon.web-${STAMP}`))?.image).toBe('acme/web:1');
    expect(code).toBe(0);
  });

  test('keeps what is remembered of the applications whose place it has taken', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml');
    await run('bump marathon.web -v 3');
    const [id = ''] = (await scheduler.list()).map((application) => application.id);
    const { ochopod_history: before } = (await scheduler.get(id))?.labels ?? {};
    expect(before).toMatch(/./);
    await run('deploy web-2.yml --update');

    expect((await scheduler.get(id))?.image).toBe('acme/web:2');
    expect((await scheduler.get(id))?.labels['ochopod_history']).toBe(before);
  });

  test('creates one where there is none, and leaves clusters of other namespaces alone', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml -n other');
    await run('deploy web.yml --update');

    expect(scheduler.told.at(-1)).toBe(`create ochopod.marathon.web-${STAMP}`);
  });

  test('leaves alone what is as it has to be, and looks whether its pods are up', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml -p 2');
    const { report, code } = await run('deploy web.yml --update --strict -j');

    expect(report['web.yml']).toEqual({
      ...{ ok: true, up: [0, 1], expected: 2, application: `ochopod.marathon.web-${STAMP}`, done: 'unchanged' },
    });
    expect({ code, told: scheduler.told.length }).toEqual({ code: 0, told: 1 });

    const { get } = scheduler;
    scheduler.get = async (id) => {
      const application = await get(id);
      return application && { ...application, changes: ['deployment-9'] };
    };
    const late = await run('deploy web.yml --update -t 5 -j');
    expect(late.report['web.yml'].error.message).toContain('deployment deployment-9 goes on');
    scheduler.get = get;

    await run('deploy dies.yml');
    expect((await run('deploy dies.yml --update -j')).report['dies.yml']).toMatchObject({
      ...{ ok: false, done: 'unchanged', error: { code: 'POD_DEAD' } },
    });
  });

  test('does not replace one application with two files', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml');
    const { err, code } = await run('deploy web.yml web-2.yml --update');

    expect(err).toContain('web.yml and web-2.yml both replace ochopod.marathon.web');
    expect({ code, told: scheduler.told.length }).toEqual({ code: 2, told: 1 });
  });

  test('leaves alone what takes the place of another application right now', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml');
    const former = `ochopod.marathon.web-${STAMP}`;
    const id = `ochopod.marathon.web-${LATER}`;
    const copy = { id, image: 'acme/web:2', instances: 1, labels: { ochopod_bump_of: former } };
    await scheduler.copy(former, copy, { force: false, signal: new AbortController().signal });
    const { err, code } = await run('deploy web-2.yml --update');

    expect(err).toContain(`${id} is taking the place of ${former}`);
    expect(scheduler.told.filter((what) => what.startsWith('replace'))).toEqual([]);
    expect(code).toBe(4);
  });

  test('waits for a deployment that has locked it, says so once, and gives up with its name', async () => {
    const application = `ochopod.marathon.web-${STAMP}`;
    const { scheduler, run } = stage({ locked: [] });
    await run('deploy web.yml');
    scheduler.replace = async (_id, _spec, { onBlocked, signal }) => {
      onBlocked?.('deployment-0');
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const { err, code } = await run('deploy web-2.yml --update -t 5');

    expect(err.match(/is locked by deployment deployment-0: waiting/g)).toHaveLength(1);
    expect(err).toContain(`${application} was still locked by deployment deployment-0 (CONFLICT)`);
    expect(code).toBe(4);
  });

  test('takes over from such a deployment with --force-deployment', async () => {
    const { run } = stage({ locked: [`ochopod.marathon.web-${STAMP}`] });
    await run('deploy web.yml --force-deployment');

    expect((await run('deploy web-2.yml --update -t 5')).code).toBe(4);
    expect((await run('deploy web-2.yml --update --force-deployment')).code).toBe(0);
  });
});

describe('deploy --rollback-on-failure', () => {
  test('deletes a new application that did not come up', async () => {
    const { scheduler, run } = stage();
    const { report, code } = await run('deploy some.yml -p 4 -t 5 --rollback-on-failure -j');

    const application = `ochopod.marathon.some-${STAMP}`;
    expect(report['some.yml']).toMatchObject({ ok: false, up: [], rolledBack: { done: 'deleted' } });
    expect(report['some.yml'].late).toHaveProperty(`${application}.task-4`);
    expect(report['some.yml'].error.hint).toBe(`${application} was deleted.`);
    expect(await scheduler.list()).toEqual([]);
    expect(code).toBe(6);
  });

  test('has the version before run again', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml -p 2');
    const { report, code } = await run('deploy web.yml --update -r broken -t 5 --rollback-on-failure -j');

    expect(report['web.yml']).toMatchObject({ ok: false, rolledBack: { done: 'restored', up: [2, 3] } });
    expect((await scheduler.list()).map(({ image }) => image)).toEqual(['acme/web:1']);
    expect(code).toBe(6);
  });

  test('goes back to a version when the deployment is over already', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml');
    scheduler.undo = async () => {
      throw new OchoError('there is no such deployment', { code: 'NOT_FOUND' });
    };
    const { report } = await run('deploy web.yml --update -r broken -t 5 --rollback-on-failure -j');

    expect(report['web.yml'].rolledBack).toEqual({ done: 'restored', up: [1] });
    expect(scheduler.told.at(-1)).toMatch(/^rollback ochopod\.marathon\.web-/);
  });

  test('leaves alone what came up', async () => {
    const { scheduler, run } = stage();
    await run('deploy web.yml --rollback-on-failure');

    expect(scheduler.told).toHaveLength(1);
  });

  test('says so when the way back fails as well', async () => {
    const { scheduler, run } = stage();
    scheduler.delete = async () => {
      throw new OchoError('Marathon is away', { code: 'UNREACHABLE' });
    };
    const { report } = await run('deploy none.yml -t 5 --rollback-on-failure -j');

    expect(report['none.yml'].rolledBack).toEqual({
      done: 'nothing',
      error: { code: 'UNREACHABLE', message: 'Marathon is away' },
    });
    expect(report['none.yml'].error).toMatchObject({
      message: expect.stringMatching(/; rolling \S+ back failed as well: Marathon is away$/),
      hint: expect.stringMatching(/is left as it is\. .*`ocho rm /),
      advice: { to: 'remove', cluster: 'marathon.none' },
    });
  });
});
