import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Scheduler, startScheduler } from '../../../src/marathon/index.ts';

const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('../../programs/marathon-client.py', import.meta.url));

const isMissing = spawnSync(PYTHON, ['-c', 'import marathon']).status !== 0;
const title = isMissing ? 'python-marathon (skipped: Debian package python3-marathon is missing)' : 'python-marathon';

describe.skipIf(isMissing)(title, () => {
  let directory: string;
  let scheduler: Scheduler;
  let seen: ReadonlyMap<unknown, object>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'scheduler-'));
    scheduler = await startScheduler({ directory });
    const url = `http://127.0.0.1:${scheduler.port}`;
    const { stdout } = await promisify(execFile)(PYTHON, [PROGRAM, url]);
    const lines = stdout.split('\n').filter(Boolean);
    seen = new Map(lines.map((line) => JSON.parse(line)).map(({ saw, ...facts }) => [saw, facts]));
  });

  afterAll(async () => {
    await scheduler.close();
    await rm(directory, { recursive: true });
  });

  test.each<[string, object]>([
    ['server', { ping: '"pong"', info: 'marathon', leader: { leader: expect.stringMatching(/^127\.0\.0\.1:\d+$/) } }],
    ['created', { id: '/strangers/web', deployments: 1, port: 10_000 }],
    ['listed', { ids: ['/strangers/web'], tasks: 2, running: 2 }],
    ['filtered', { cmd: ['/strangers/web'], none: [] }],
    ['scaled', { instances: 3, kept: true }],
    ['scaled down', { tasks: 2 }],
    ['updated', { env: { A: '2' }, replaced: true }],
    ['versions', { count: 4, first: { A: '1' } }],
    ['rolled back', { env: { A: '1' } }],
    ['restarted', { replaced: true }],
    ['killed', { id: true, back: true }],
    ['killed and scaled', { instances: 1, tasks: 1 }],
    ['killed given', { done: true }],
    ['killed all', { tasks: 1 }],
    ['killed all and scaled', { instances: 0 }],
    ['stuck', { action: 'RestartApplication', apps: ['/strangers/web'] }],
    ['locked', { message: expect.stringMatching(/^App is locked by one or more deployments/), queue: [] }],
    ['cancelled', { instances: 1 }],
    ['groups', { ids: ['/strangers'], apps: ['/strangers/web'] }],
    ['refused', { status: 422, message: 'Object is not valid' }],
    ['deleted', { message: "App '/strangers/web' does not exist", left: 0 }],
    ['events', { kinds: ['api_post_event', 'deployment_success', 'status_update_event'] }],
  ])('sees what Marathon would show it: %s', (what, facts) => {
    expect(seen.get(what)).toEqual(facts);
  });
});
