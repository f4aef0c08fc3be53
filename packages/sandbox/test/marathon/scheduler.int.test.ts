import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { type Scheduler, startScheduler } from '../../src/marathon/index.ts';
import { ask } from './ask.ts';

let directory: string;
let scheduler: Scheduler;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'scheduler-'));
  scheduler = await startScheduler({ directory });
});

afterEach(async () => {
  await scheduler.close();
  await rm(directory, { recursive: true });
});

describe('a scheduler', () => {
  test('runs what a client of Marathon asks for, until the client does not want it any more', async () => {
    const created = await ask(scheduler, 'POST /v2/apps', { id: '/sleeper', cmd: 'sleep 1000', instances: 2 });
    expect(created.status).toBe(201);
    await untilQuiet();
    expect(await ask(scheduler, 'GET /v2/apps/sleeper/tasks')).toMatchObject({
      body: { tasks: [{ state: 'TASK_RUNNING' }, { state: 'TASK_RUNNING' }] },
    });

    await ask(scheduler, 'DELETE /v2/apps/sleeper');
    await untilQuiet();

    expect((await ask(scheduler, 'GET /v2/apps/sleeper')).status).toBe(404);
    expect(scheduler.engine.instances()).toEqual([]);
  });

  test('ends every task when it is closed', async () => {
    await ask(scheduler, 'POST /v2/apps', { id: '/sleeper', cmd: 'sleep 1000', instances: 3 });
    await untilQuiet();
    const ended = vi.fn();
    scheduler.events.listen(({ taskStatus }) => taskStatus === 'TASK_KILLED' && ended());

    await scheduler.close();

    expect(ended).toHaveBeenCalledTimes(3);
    expect(scheduler.engine.instances()).toEqual([]);
  });

  test('says which port is taken', async () => {
    const second = startScheduler({ directory: join(directory, 'second'), port: scheduler.port });

    await expect(second).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

function untilQuiet(): Promise<void> {
  return vi.waitFor(() => expect(scheduler.engine.deployments()).toEqual([]), 10_000);
}
