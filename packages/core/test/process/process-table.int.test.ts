import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';

import { spawnProcess } from '../../src/process/process-group.ts';
import { livingMembers } from '../../src/process/process-table.ts';

test('counts nobody who is dead and was never reaped', async () => {
  // The shell turns into a program that reaps no child of its predecessor.
  const group = await spawnProcess({
    command: 'sleep 0.05 & exec sleep 1000',
    env: { PATH: process.env['PATH'] ?? '' },
  });
  try {
    await vi.waitFor(async () => expect(await hasZombie(group.pid)).toBe(true));

    const members = await livingMembers({ pgid: group.pid, mark: 'NONE=0' });

    expect(members).toEqual([{ pid: group.pid, inGroup: true }]);
  } finally {
    await group.signal('SIGKILL');
    await group.exited;
  }
});

async function hasZombie(parent: number): Promise<boolean> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  const stats = children
    .trim()
    .split(' ')
    .filter(Boolean)
    .map((pid) => readFile(`/proc/${pid}/stat`, 'utf8'));
  return (await Promise.all(stats)).some((stat) => stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z'));
}
