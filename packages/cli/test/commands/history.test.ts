import { FakeScheduler } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { deploy, redeploy, WEB } from '../support/applications.ts';
import { ocho, words } from '../support/ocho.ts';

const history = (line: string) => words(`history --marathon fake ${line}`);

async function threeVersions() {
  const scheduler = new FakeScheduler();
  await deploy(scheduler, WEB, { instances: 2 });
  await redeploy(scheduler, WEB, { instances: 2, image: 'web:2' });
  await scheduler.scale(WEB, 3, { force: true, signal: new AbortController().signal });
  return { scheduler, pods: scheduler.pods };
}

describe('history', () => {
  test('tells versions newest first, what changed, and which runs', async () => {
    const { out, code } = await ocho(history('demo.web'), await threeVersions());

    const [newest, older, oldest] = out.trim().split('\n');
    expect(newest).toBe(`${WEB}\t2026-01-01T00:00:00.007Z\tnow, 1 task\tweb:2\t3\tinstances: 2 -> 3`);
    expect(older).toBe(`${WEB}\t2026-01-01T00:00:00.004Z\t2 tasks\tweb:2\t2\timage: web:1 -> web:2`);
    expect(oldest).toBe(`${WEB}\t2026-01-01T00:00:00.001Z\t\tweb:1\t2\tthe oldest that is known`);
    expect(code).toBe(0);
  });

  test('tells it to programs, for each application of the cluster', async () => {
    const world = await threeVersions();
    await deploy(world.scheduler, 'ochopod.demo.web-2', { image: 'web:9' });
    await deploy(world.scheduler, 'ochopod.demo.db-1', { cluster: 'db' });
    const report = JSON.parse((await ocho(history('web -n demo -j'), world)).out);

    expect(Object.keys(report)).toEqual([WEB, 'ochopod.demo.web-2']);
    expect(report[WEB]).toMatchObject({ cluster: 'demo.web', current: '2026-01-01T00:00:00.007Z' });
    expect(report[WEB].versions[1]).toEqual({
      ...{ version: '2026-01-01T00:00:00.004Z', current: false, tasks: 2, image: 'web:2', instances: 2 },
      changes: [{ field: 'image', from: 'web:1', to: 'web:2' }],
    });
    expect(report[WEB].versions[2].changes).toBe(null);
  });

  test('needs no ZooKeeper, and an application', async () => {
    const world = await threeVersions();

    expect((await ocho(history('demo.nothing -j'), world)).code).toBe(3);
    expect((await ocho(words('history demo.web'), world)).code).toBe(2);
  });
});
