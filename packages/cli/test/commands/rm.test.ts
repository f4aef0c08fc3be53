import { OchoError } from 'ochopod-core';
import { FakeScheduler, type FakeSchedulerOptions } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { deploy } from '../support/applications.ts';
import { ocho, words } from '../support/ocho.ts';

const ID = 'ochopod.demo.web-2026-01-31-23-59-59';
const OTHER = 'ochopod.demo.web-2026-02-01-00-00-00';

async function twoApplications(options: FakeSchedulerOptions = {}) {
  const scheduler = new FakeScheduler(options);
  await deploy(scheduler, ID, { instances: 2 });
  await deploy(scheduler, OTHER);
  return { scheduler, pods: scheduler.pods };
}

const rm = (line: string) => words(`rm --marathon fake ${line}`);

describe('rm', () => {
  test('of an id shuts the pods of that application down, and deletes it', async () => {
    const world = await twoApplications();
    const { out, code, pods } = await ocho(rm(`${ID} -j`), world);

    expect(JSON.parse(out)).toEqual({ [ID]: { ok: true, cluster: 'demo.web', down: [0, 1] } });
    expect(new Set(pods.asked.filter((asked) => asked.startsWith('kill')))).toEqual(
      new Set(['kill demo.web #0', 'kill demo.web #1']),
    );
    expect({ told: world.scheduler.told, code }).toEqual({ told: [`delete ${ID}`], code: 0 });
  });

  test('of a cluster, with --force, deletes all that make it up', async () => {
    const world = await twoApplications();
    expect(await ocho(rm('demo.web'), world)).toMatchObject({ code: 2 });
    expect(world.scheduler.told).toEqual([]);

    expect(await ocho(rm('demo.web --force'), world)).toMatchObject({ code: 0 });
    expect([...world.scheduler.told].sort()).toEqual([`delete ${ID}`, `delete ${OTHER}`]);
  });

  test('takes away all the same who does not shut down, and what has never come up, and says who', async () => {
    const world = await twoApplications();
    const [first] = world.pods;
    if (first !== undefined) world.pods[0] = { ...first, habit: 'gone' };
    const { out, code } = await ocho(rm(`${ID} -j`), world);
    expect(JSON.parse(out)[ID]).toMatchObject({
      ...{ ok: true, down: [1], unwilling: { 'demo.web #0': { code: 'UNREACHABLE' } } },
    });
    expect(code).toBe(0);

    const stuck = await twoApplications({ fates: { 'web:1': 'never starts' } });
    expect(await ocho(rm(ID), stuck)).toMatchObject({ code: 0 });
  });

  test('says that it is there again when somebody else has created it', async () => {
    const world = await twoApplications();
    world.scheduler.delete = async (application) => ({ id: 'd-1', application, version: '' });
    const { out, code } = await ocho(rm(`${ID} -j`), world);

    expect(JSON.parse(out)[ID]).toMatchObject({ ok: false, error: { code: 'CONFLICT' } });
    expect(code).toBe(4);
  });

  test('is done where somebody else was faster; what the scheduler refuses stops nobody else', async () => {
    const world = await twoApplications();
    const { delete: remove } = world.scheduler;
    world.scheduler.delete = async (id, options) => {
      await remove(id, options);
      throw new OchoError('there is none', { code: id === ID ? 'NOT_FOUND' : 'DENIED' });
    };
    const { out, code } = await ocho(rm('demo.web --force -j'), world);

    expect(JSON.parse(out)).toMatchObject({ [ID]: { ok: true }, [OTHER]: { ok: false, error: { code: 'DENIED' } } });
    expect(code).toBe(5);
  });

  test('names what is not there, beside what is', async () => {
    const world = await twoApplications();
    const { out, code } = await ocho(rm(`${ID} ${ID.replace('59', '58')} -j`), world);

    expect(JSON.parse(out)[ID.replace('59', '58')]).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(code).toBe(5);
    expect((await ocho(rm(ID), world)).code).toBe(3);
  });
});
