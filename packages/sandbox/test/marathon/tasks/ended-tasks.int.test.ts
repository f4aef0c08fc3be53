import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { EndedTasks } from '../../../src/marathon/tasks/ended-tasks.ts';

describe('the directories of ended tasks', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'ended-'));
  });

  afterEach(() => rm(home, { recursive: true }));

  async function end(ended: EndedTasks, ...names: readonly string[]): Promise<readonly string[]> {
    for (const name of names) {
      await mkdir(join(home, name, 'deep'), { recursive: true });
      await ended.add({ appId: `/${name[0]}`, directory: join(home, name) });
    }
    return (await readdir(home)).sort();
  }

  test('are kept as long as there are few', async () => {
    expect(await end(new EndedTasks(), 'a1', 'a2', 'b1')).toEqual(['a1', 'a2', 'b1']);
  });

  test('give way to later ones of the same application, and to no other’s', async () => {
    const ended = new EndedTasks({ ofOneApp: 2, inAll: 100 });

    expect(await end(ended, 'b1', 'a1', 'a2', 'a3', 'a4')).toEqual(['a3', 'a4', 'b1']);
  });

  test('of many applications give way to later ones of any', async () => {
    const ended = new EndedTasks({ ofOneApp: 2, inAll: 3 });

    expect(await end(ended, 'a1', 'b1', 'c1', 'd1', 'e1')).toEqual(['c1', 'd1', 'e1']);
  });

  test('may be gone already', async () => {
    const ended = new EndedTasks({ ofOneApp: 1, inAll: 3 });
    await end(ended, 'a1');
    await rm(join(home, 'a1'), { recursive: true });

    expect(await end(ended, 'a2')).toEqual(['a2']);
  });
});
