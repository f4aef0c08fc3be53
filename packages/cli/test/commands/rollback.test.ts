import { OchoError } from 'ochopod-core';
import { FakeScheduler, type FakeSchedulerOptions } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { CHANGE, deploy, redeploy, WEB } from '../support/applications.ts';
import { ocho, words } from '../support/ocho.ts';

/** A cluster demo.web of two that runs web:2, and ran web:1 before. */
async function bumped(options: FakeSchedulerOptions = {}) {
  const scheduler = new FakeScheduler(options);
  await deploy(scheduler, WEB, { instances: 2 });
  const [first] = await scheduler.versions(WEB);
  await redeploy(scheduler, WEB, { instances: 2, image: 'web:2' });
  const [second] = await scheduler.versions(WEB);
  return { scheduler, pods: scheduler.pods, first: first?.version ?? '', second: second?.version ?? '' };
}

const rollback = (line: string) => words(`rollback --marathon fake ${line}`);

describe('rollback', () => {
  test('has the version before, and waits for its pods', async () => {
    const world = await bumped();
    const { out, err, code } = await ocho(rollback('demo.web --strict -j'), world);

    const { first: to, second: from } = world;
    expect(JSON.parse(out)).toEqual({
      'demo.web': {
        ...{ ok: true, up: [4, 5], from, to },
        applications: { [WEB]: { from, to, image: 'web:1', instances: 2, up: [4, 5] } },
      },
    });
    expect(world.scheduler.told).toEqual([`rollback ${WEB} ${to}`]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
  });

  test('passes over versions that differ in their size only, and keeps the size', async () => {
    const world = await bumped();
    await world.scheduler.scale(WEB, 3, CHANGE);
    world.scheduler.told.length = 0;
    const { out, code } = await ocho(rollback('demo.web'), world);

    expect(world.scheduler.told).toEqual([`rollback ${WEB} ${world.first}`, `scale ${WEB} 3`]);
    expect(out).toMatch(/\tweb:1\t3\/3\n$/);
    expect(code).toBe(0);
  });

  test('sees through rolling bumps, of which each is another application', async () => {
    const world = await bumped();
    const bump = async (tag: string) => (await ocho(words(`bump --marathon fake demo.web -v ${tag}`), world)).code;
    expect([await bump('3'), await bump('4')]).toEqual([0, 0]);
    const history = async () => {
      const { out } = await ocho(words('history --marathon fake demo.web -j'), world);
      const [[id, { versions }]] = Object.entries(JSON.parse(out)) as [[string, { versions: { image: string }[] }]];
      return { id, images: versions.map(({ image }) => image) };
    };
    const { id, images } = await history();
    expect(images).toEqual(expect.arrayContaining(['web:4', 'web:3', 'web:2', 'web:1']));
    expect(images[0]).toBe('web:4');

    world.scheduler.told.length = 0;
    expect((await ocho(rollback('demo.web'), world)).out).toMatch(/\tweb:3\t2\/2\n$/);
    expect(world.scheduler.told).toEqual([expect.stringMatching(`^restore ${id} `)]);
    expect((await ocho(rollback(`demo.web --to ${world.first}`), world)).out).toMatch(/\tweb:1\t2\/2\n$/);
    expect((await history()).images).toEqual(expect.arrayContaining(['web:4', 'web:3', 'web:2', 'web:1']));
  });

  test('goes back to the version that is named', async () => {
    const world = await bumped();
    await redeploy(world.scheduler, WEB, { instances: 2, image: 'web:3' });

    expect((await ocho(rollback(`demo.web --to ${world.first}`), world)).out).toContain('\tweb:1\t2/2');
    expect((await ocho(rollback('demo.web --to yesterday'), world)).code).toBe(3);
  });

  test('has nothing to do when that version runs', async () => {
    const world = await bumped();

    expect(await ocho(rollback(`demo.web --to ${world.second}`), world)).toMatchObject({
      ...{ code: 0, out: `${WEB}\t${world.second}\tas before\tweb:2\t2/2\n` },
    });
    expect(world.scheduler.told).toEqual([]);
  });

  test('says so when there is nothing to go back to', async () => {
    const scheduler = new FakeScheduler();
    await deploy(scheduler, WEB);
    await scheduler.scale(WEB, 2, CHANGE);
    const { out, err, code } = await ocho(rollback('demo.web -j'), { scheduler, pods: scheduler.pods });

    expect(JSON.parse(out)['demo.web']).toMatchObject({ ok: false, up: [], failed: { [WEB]: { code: 'NOT_FOUND' } } });
    expect(err).toContain('nothing to go back to');
    expect(code).toBe(3);
  });

  test('takes each application of a cluster back, and one failure does not stop the others', async () => {
    const world = await bumped();
    await deploy(world.scheduler, 'ochopod.demo.web-2');
    const { out, code } = await ocho(rollback('demo.web -j'), world);

    const report = JSON.parse(out)['demo.web'];
    expect(report).toMatchObject({ ok: false, from: null, to: null });
    expect(report.applications[WEB]).toMatchObject({ image: 'web:1', up: expect.any(Array) });
    expect(report.applications['ochopod.demo.web-2'].error.code).toBe('NOT_FOUND');
    expect(code).toBe(5);
  });

  test('leaves a cluster alone in which a roll-out is under way', async () => {
    const world = await bumped();
    await deploy(world.scheduler, 'ochopod.demo.web-2', { spec: { labels: { ochopod_bump_of: WEB } } });
    const { err, code } = await ocho(rollback('demo.web'), world);

    expect(err).toContain('a roll-out is under way in demo.web');
    expect(world.scheduler.told).toEqual([]);
    expect(code).toBe(4);
  });

  test('names the pods that are late, with the end of their logs', async () => {
    const world = await bumped({ fates: { 'web:1': 'stays stopped' } });
    const { out, err, code } = await ocho(rollback('demo.web --strict -t 10s'), world);

    expect(out).toContain('TIMEOUT');
    expect(err).toMatch(/demo.web #4.*its process is stopped/);
    expect(err).toContain('the end of the log of demo.web #4:\n  one\n');
    expect(code).toBe(6);
    expect(world.scheduler.told).toEqual([`rollback ${WEB} ${world.first}`]);
  });

  test('is not done while its deployment goes on, though its pods are up', async () => {
    const world = await bumped();
    const { get } = world.scheduler;
    world.scheduler.get = async (id) => {
      const application = await get(id);
      return application && { ...application, changes: ['deployment-9'] };
    };
    const { err, code } = await ocho(rollback('demo.web -t 10s'), world);

    expect(err).toMatch(/deployment deployment-9 goes on/);
    expect(code).toBe(6);
  });

  test('fails at once when the pods died', async () => {
    const { code, err } = await ocho(rollback('demo.web'), await bumped({ fates: { 'web:1': 'dies' } }));

    expect(err).toContain('is dead');
    expect(code).toBe(4);
  });

  test('waits for a deployment that is in the way, or takes over from it', async () => {
    const { err, code } = await ocho(rollback('demo.web'), await bumped({ locked: [WEB] }));

    expect(err).toContain(`${WEB} is locked by deployment deployment-0`);
    expect(code).toBe(4);
    expect((await ocho(rollback('demo.web --force-deployment'), await bumped({ locked: [WEB] }))).code).toBe(0);
  });

  test('says what it had been told when the scheduler goes away meanwhile', async () => {
    const world = await bumped();
    const { rollback: real } = world.scheduler;
    world.scheduler.rollback = async (...call) => {
      const change = await real(...call);
      world.scheduler.get = () => Promise.reject(new OchoError('no Marathon answers', { code: 'UNREACHABLE' }));
      return change;
    };
    const { out, code } = await ocho(rollback('demo.web -t 10s -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({
      ...{ ok: false, from: world.second, to: world.first, failed: { [WEB]: { code: 'UNREACHABLE' } } },
    });
    expect(code).toBe(7);
  });

  test('interrupted says what goes on', async () => {
    const world = await bumped({ fates: { 'web:1': 'never starts' } });
    const interrupted = new AbortController();
    const { rollback: real } = world.scheduler;
    world.scheduler.rollback = async (...call) => {
      setImmediate(() => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
      return real(...call);
    };
    const { err, code } = await ocho(rollback('demo.web'), world, { signal: interrupted.signal });

    expect(err).toMatch(
      /in the background ochopod.demo.web-1 goes on \(deployment deployment-\d+\)\nhint: .*ocho apps/,
    );
    expect(code).toBe(130);
  });
});
