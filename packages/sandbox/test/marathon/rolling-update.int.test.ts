import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { type Scheduler, startScheduler } from '../../src/marathon/index.ts';
import { ask } from './ask.ts';
import { HeadCount } from './head-count.ts';

const SERVER = fileURLToPath(new URL('../programs/answers-health.mjs', import.meta.url));

const V1 = {
  id: '/web',
  args: [process.execPath, SERVER],
  env: { VERSION: '1' },
  instances: 4,
  healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0, gracePeriodSeconds: 60, intervalSeconds: 1 }],
  upgradeStrategy: { minimumHealthCapacity: 0.75, maximumOverCapacity: 0.25 },
};
const V2 = { ...V1, env: { VERSION: '2' } };
const BROKEN = {
  ...V1,
  env: { VERSION: '3', HEALTH: '500' },
  healthChecks: V1.healthChecks.map((check) => ({ ...check, gracePeriodSeconds: 1, maxConsecutiveFailures: 2 })),
};

let directory: string;
let scheduler: Scheduler;
let count: HeadCount;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolling-update-'));
  scheduler = await startScheduler({ directory });
  count = new HeadCount(scheduler.events);
  await ask(scheduler, 'POST /v2/apps', V1);
  await untilQuiet();
  count.startOver();
});

afterEach(async () => {
  await scheduler.close();
  await rm(directory, { recursive: true });
});

describe('a rolling update of real processes', () => {
  test('never has fewer healthy tasks than its strategy allows, nor more in all', async () => {
    await ask(scheduler, 'PUT /v2/apps/web', V2);
    await untilQuiet();

    expect(versions()).toEqual(['2', '2', '2', '2']);
    expect(count.extremes).toEqual({ fewestHealthy: 3, most: 5 });
  });

  test('of a broken version never completes, and cancelling it brings the old one back', async () => {
    const { body } = await ask(scheduler, 'PUT /v2/apps/web', BROKEN);
    const killed = vi.fn();
    scheduler.events.listen(({ eventType }) => eventType === 'unhealthy_instance_kill_event' && killed());
    await vi.waitFor(() => expect(killed.mock.calls.length).toBeGreaterThanOrEqual(3), 30_000);
    expect(scheduler.engine.deployments()).toMatchObject([{ id: body['deploymentId'] }]);
    expect(count.healthy).toBe(3);

    await ask(scheduler, `DELETE /v2/deployments/${body['deploymentId']}`);
    await untilQuiet();

    expect(versions()).toEqual(['1', '1', '1', '1']);
    expect(scheduler.engine.app('/web')?.env).toEqual({ VERSION: '1' });
    expect(count.extremes).toEqual({ fewestHealthy: 3, most: 5 });
    expect(count.healthy).toBe(4);
  });
});

function versions(): readonly (string | undefined)[] {
  return scheduler.engine.instances('/web').map(({ app }) => app.env['VERSION']);
}

/** Until there is nothing left to do, and at most as long as a test may take. */
function untilQuiet(): Promise<void> {
  return vi.waitFor(() => expect(scheduler.engine.deployments()).toEqual([]), 50_000);
}
