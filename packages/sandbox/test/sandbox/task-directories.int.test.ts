import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { sandboxPaths } from '../../src/sandbox/sandbox-paths.ts';
import { taskDirectories } from '../../src/sandbox/task-directories.ts';

describe('where tasks write', () => {
  const home = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const paths = sandboxPaths({ home, name: 'default' });
  const ofWeb = ['web.instance-a._app.2', 'web.instance-a._app.10', 'web.instance-b._app.1'];

  beforeAll(() => {
    for (const task of [...ofWeb, 'web-two.instance-c._app.1', 'demo_web.instance-d._app.1']) {
      mkdirSync(join(paths.marathon, 'tasks', task), { recursive: true });
    }
  });

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test.each([
    { what: '/web', tasks: ['web.instance-b._app.1', 'web.instance-a._app.10'] },
    { what: 'web', tasks: ['web.instance-b._app.1', 'web.instance-a._app.10'] },
    { what: '/demo/web', tasks: ['demo_web.instance-d._app.1'] },
    { what: 'web.instance-a._app.2', tasks: ['web.instance-a._app.2'] },
    { what: '/we', tasks: [] },
    { what: '../..', tasks: [] },
  ])('$what: $tasks', async ({ what, tasks }) => {
    const found = await taskDirectories(paths, what);

    expect(found.map(({ taskId }) => taskId).sort()).toEqual([...tasks].sort());
  });

  test('is nowhere where none was launched', async () => {
    expect(await taskDirectories(sandboxPaths({ home, name: 'other' }), '/web')).toEqual([]);
  });
});
