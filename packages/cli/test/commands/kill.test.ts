import { OchoError } from 'ochopod-core';
import { type FakePod, FakeScheduler, type FakeSchedulerOptions, fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { CHANGE, deploy, WEB } from '../support/applications.ts';
import { ocho, words } from '../support/ocho.ts';

/** A cluster demo.web of three, #0 to #2, that is one application. */
async function threeOfWeb(options: FakeSchedulerOptions = {}) {
  const scheduler = new FakeScheduler(options);
  await deploy(scheduler, WEB, { instances: 3 });
  return { scheduler, pods: scheduler.pods };
}

function become(pods: FakePod[], seq: number, habit: FakePod['habit']): string {
  const pod = pods[seq];
  if (pod === undefined) throw new Error(`there is no #${seq}`);
  pods[seq] = { ...pod, habit };
  return pod.registration.task;
}

const kill = (line: string) => words(`kill demo.web --marathon fake ${line}`);

describe('kill', () => {
  test('of some shuts them down, then takes exactly their tasks', async () => {
    const world = await threeOfWeb();
    const [, one, two] = world.pods.map(({ registration }) => registration.task);
    const { out, err, code, pods } = await ocho(kill('-i 1 2 -j'), world);

    expect(JSON.parse(out)).toEqual({
      'demo.web': {
        ...{ ok: true, down: [1, 2] },
        applications: { [WEB]: { deleted: false, removed: [one, two], left: 1 } },
      },
    });
    expect(pods.asked.filter((asked) => asked.startsWith('kill')).sort()[0]).toBe('kill demo.web #1');
    expect(world.scheduler.told).toEqual([`remove ${one} ${two}`]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  test('of all deletes the application', async () => {
    const world = await threeOfWeb();
    const { out, code } = await ocho(kill('--force'), world);

    expect(out).toBe(`demo.web #0\tdown\ndemo.web #1\tdown\ndemo.web #2\tdown\n${WEB}\tdeleted\n`);
    expect(world.scheduler.told).toEqual([`delete ${WEB}`]);
    expect(code).toBe(0);
  });

  test('of the last ones deletes it as well when the others were dead already', async () => {
    const world = await threeOfWeb();
    become(world.pods, 0, 'dead');

    await ocho(kill('-i 1 2'), world);
    expect(world.scheduler.told).toEqual([`delete ${WEB}`]);
  });

  test('leaves an application alone of which a task has no pod yet', async () => {
    const world = await threeOfWeb();
    const unborn = world.pods.shift()?.registration.task;

    const { out } = await ocho(kill('--force -j'), world);
    expect(JSON.parse(out)['demo.web'].applications[WEB]).toMatchObject({ deleted: false, left: 1 });
    expect(world.scheduler.told).toEqual([expect.not.stringContaining(unborn ?? '')]);
    expect(await world.scheduler.get(WEB)).toMatchObject({ tasks: [{ id: unborn }] });
  });

  test('leaves the task of a pod that cannot be reached, and says so', async () => {
    const world = await threeOfWeb();
    const lost = become(world.pods, 1, 'gone');
    const { out, err, code } = await ocho(kill('--force -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({
      ...{ ok: false, down: [0, 2] },
      applications: { [WEB]: { deleted: false, left: 1 } },
      failed: { 'demo.web #1': { code: 'UNREACHABLE', hint: expect.stringContaining(`${lost} is left alone`) } },
    });
    expect(err).toContain('demo.web #1');
    expect(code).toBe(5);
    expect(await world.scheduler.get(WEB)).toMatchObject({ instances: 1, tasks: [{ id: lost }] });
  });

  test.each(['gone', 'silent'] as const)('ends the task of a %s pod when told so', async (habit) => {
    const world = await threeOfWeb();
    become(world.pods, 1, habit);
    const { out, code } = await ocho(kill('--force --unreachable -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({ ok: true, down: [0, 1, 2] });
    expect(world.scheduler.told).toEqual([`delete ${WEB}`]);
    expect(code).toBe(0);
  });

  test('never ends the task of a pod that said no', async () => {
    const world = await threeOfWeb();
    const refusing = become(world.pods, 1, 'throws');
    const { code, err } = await ocho(kill('--force --unreachable'), world);

    expect(err).toContain('the callback threw');
    expect(code).toBe(5);
    expect(await world.scheduler.get(WEB)).toMatchObject({ instances: 1, tasks: [{ id: refusing }] });
  });

  test('leaves what has no pod alone when pods are chosen by number', async () => {
    const world = await threeOfWeb();
    world.pods.shift();

    expect((await ocho(kill('-i 1 --unreachable'), world)).code).toBe(0);
    expect(await world.scheduler.get(WEB)).toMatchObject({ instances: 2 });
  });

  test('gets rid of what never came up when told so', async () => {
    const world = await threeOfWeb({ fates: { 'web:1': 'no pod' } });

    expect((await ocho(kill('--force'), world)).code).toBe(3);
    expect(world.scheduler.told).toEqual([]);
    expect(await ocho(kill('--force --unreachable'), world)).toMatchObject({ out: `${WEB}\tdeleted\n`, code: 0 });
    expect(world.scheduler.told).toEqual([`delete ${WEB}`]);
  });

  test('gets rid of what never came up though its own deployment has locked it', async () => {
    const world = await threeOfWeb({ fates: { 'web:1': 'never starts' } });

    expect(await ocho(kill('--force --unreachable -t 5s'), world)).toMatchObject({ out: `${WEB}\tdeleted\n`, code: 0 });
  });

  test('gets rid of what has no task at the moment, and says so where somebody comes up meanwhile', async () => {
    const world = await threeOfWeb({ fates: { 'web:1': 'no pod' } });
    const { list } = world.scheduler;
    const withTasks = (some: 'none' | 'all') => async () =>
      (await list()).map((each) => (some === 'all' ? each : { ...each, tasks: [] }));
    world.scheduler.list = withTasks('none');
    expect(await ocho(kill('--force --unreachable'), world)).toMatchObject({ out: `${WEB}\tdeleted\n`, code: 0 });

    await deploy(world.scheduler, WEB, { image: 'late:1' });
    const late = [...world.pods];
    world.pods.length = 0;
    world.scheduler.list = async () => {
      world.scheduler.list = async () => {
        world.pods.push(...late);
        return list();
      };
      return withTasks('none')();
    };
    expect(await ocho(kill('--force --unreachable'), world)).toMatchObject({
      out: expect.stringMatching(/\tfailed\tCONFLICT: \S+ of \S+ came up meanwhile, and is left\n$/),
      code: 4,
    });
    expect(world.scheduler.told).toEqual([]);
  });

  test('takes a pod for gone that cannot be reached and is nobody’s task any more', async () => {
    const world = await threeOfWeb();
    const [ghost] = world.pods;
    const old = become(world.pods, 0, 'gone');
    await world.scheduler.removeTasks(WEB, [old], CHANGE);
    world.scheduler.told.length = 0;
    if (ghost !== undefined) world.pods.unshift({ ...ghost, habit: 'gone' });

    expect(await ocho(kill('-i 0'), world)).toMatchObject({ out: 'demo.web #0\tdown\n', code: 0 });
    expect(world.scheduler.told).toEqual([]);
  });

  test('fails for an unreachable pod that never was a task', async () => {
    const { scheduler } = await threeOfWeb();
    const stray = fakePod('demo.web #9', { habit: 'gone' });

    expect((await ocho(kill('-i 9'), { scheduler, pods: [stray] })).code).toBe(7);
  });

  test('goes on with a stray pod that shuts down', async () => {
    const { scheduler } = await threeOfWeb();

    expect(await ocho(kill('-i 9'), { scheduler, pods: [fakePod('demo.web #9')] })).toMatchObject({ code: 0 });
    expect(scheduler.told).toEqual([]);
  });

  test('touches nobody when the scheduler is down', async () => {
    const { pods } = await threeOfWeb();
    const outage = new OchoError('no Marathon answers', { code: 'UNREACHABLE' });
    const ran = await ocho(kill('--force -j'), { pods, scheduler: new FakeScheduler({ outage }) });

    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'UNREACHABLE' } });
    expect(ran.pods.asked).toEqual([]);
    expect(ran.code).toBe(7);
  });

  test('says what is half-done when a deployment stays in the way', async () => {
    const world = await threeOfWeb({ locked: [WEB] });
    const { out, err, code } = await ocho(kill('-i 0 -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({
      ...{ ok: false, down: [0] },
      applications: { [WEB]: { deleted: false, removed: [], left: 3, error: { code: 'CONFLICT' } } },
      failed: { [WEB]: { message: expect.stringMatching(/^its pods are dead, and not all.*deployment-0/) } },
    });
    expect(err).toContain(`${WEB} is locked by deployment deployment-0`);
    expect(code).toBe(5);
  });

  test('takes over from that deployment when told so', async () => {
    const world = await threeOfWeb({ locked: [WEB] });

    expect((await ocho(kill('-i 0 --force-deployment'), world)).code).toBe(0);
  });

  test('interrupted while the scheduler is at it says what goes on', async () => {
    const world = await threeOfWeb();
    const interrupted = new AbortController();
    world.scheduler.untilDone = (_change, either) => {
      interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));
      return Promise.reject(either.reason);
    };
    const { err, code } = await ocho(kill('--force'), world, { signal: interrupted.signal });

    expect(err).toMatch(/deployment deployment-\d+ of ochopod.demo.web-1 goes on in the background\nhint: .*ocho apps/);
    expect(code).toBe(130);
  });

  test('interrupted names all that goes on', async () => {
    const world = await threeOfWeb();
    await deploy(world.scheduler, 'ochopod.demo.web-2');
    const interrupted = new AbortController();
    world.scheduler.untilDone = (_change, either) =>
      new Promise((_resolve, reject) => {
        either.addEventListener('abort', () => reject(either.reason));
        setImmediate(() => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
      });
    const { out, code } = await ocho(kill('--force -j'), world, { signal: interrupted.signal });

    const { message, details } = JSON.parse(out).error;
    expect(message).toMatch(/of ochopod.demo.web-1 goes on.*of ochopod.demo.web-2 goes on/);
    expect(details.changes).toHaveLength(2);
    expect(code).toBe(130);
  });

  test('interrupted while pods shut down says how to finish it', async () => {
    const world = await threeOfWeb();
    become(world.pods, 1, 'silent');
    const interrupted = new AbortController();
    const running = ocho(kill('--force'), world, { signal: interrupted.signal });
    interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));

    expect(await running).toMatchObject({ code: 130, err: expect.stringContaining('interrupted') });
    expect(world.scheduler.told).toEqual([]);
  });

  test('without a scheduler leaves tasks alone, and says so', async () => {
    const { out, err, code } = await ocho(words('kill demo.web -i 1'), { pods: [fakePod('demo.web #1')] });

    expect(out).toBe('demo.web #1\tdown\n');
    expect(err).toContain('no Marathon is given');
    expect(code).toBe(0);
  });
});
