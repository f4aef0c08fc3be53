import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { endOrphans } from '../../../src/marathon/tasks/end-orphans.ts';
import { TaskRecords } from '../../../src/marathon/tasks/task-record.ts';
import { isAlive } from './runner-under-test.ts';

const SCHEDULER = join(import.meta.dirname, '../../programs/crashing-scheduler.js');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ochopod-orphans-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('what a crashed scheduler left', () => {
  test('ends, daemons that do not listen too, and nothing is left to be ended again', async () => {
    const stubborn = 'trap "" TERM; echo $$ >> pids; while :; do sleep 0.1; done';
    const scheduler = await startScheduler(`setsid sh -c '${stubborn}' & ${stubborn}`);
    const pids = await pidsOfTasks(4);

    expect(await endOrphans(directory)).toEqual([]); // it runs, and they are its own
    scheduler.kill('SIGKILL');
    await once(scheduler, 'exit');
    expect(await Promise.all(pids.map(isAlive))).toEqual([true, true, true, true]);

    const ended = await endOrphans(directory);

    expect(ended).toEqual(Array(2).fill(expect.stringMatching(/^orphan\.instance-.*: its processes .* were killed$/)));
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false, false, false]);
    expect(await readdir(join(directory, 'running'))).toEqual([]);
    expect(await endOrphans(directory)).toEqual([]);
  });

  test('is left alone where its number was given to another program', async () => {
    const stranger = spawn('sleep', ['1000'], { detached: true });
    try {
      const head = { pid: stranger.pid ?? 0, startTicks: '1' };
      await new TaskRecords(directory).write({ taskId: 'gone', mark: 'OCHOPOD_SANDBOX_TASK=gone', head });

      expect(await endOrphans(directory)).toEqual([]);
      expect(await isAlive(head.pid)).toBe(true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  test('is found by its mark where the crash came before anything else was known of it', async () => {
    const child = spawn('sleep', ['1000'], { env: { ...process.env, OCHOPOD_SANDBOX_TASK: 'marked' } });
    const exited = once(child, 'exit');
    await new TaskRecords(directory).write({ taskId: 'early', mark: 'OCHOPOD_SANDBOX_TASK=marked' });

    const ended = await endOrphans(directory);
    await exited;

    expect(ended).toEqual([expect.stringMatching(/^early: its processes \(group \d+\) were ended$/)]);
  });

  test('is nothing in a directory that no scheduler has used', async () => {
    expect(await endOrphans(join(directory, 'none'))).toEqual([]);
  });
});

async function startScheduler(cmd: string) {
  const scheduler = spawn(process.execPath, [SCHEDULER, directory, cmd], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(scheduler.stdout, 'data');
  return scheduler;
}

function pidsOfTasks(count: number): Promise<readonly number[]> {
  return vi.waitFor(
    async () => {
      const tasks = await readdir(join(directory, 'tasks'));
      const files = tasks.map((task) => readFile(join(directory, 'tasks', task, 'pids'), 'utf8'));
      const pids = (await Promise.all(files)).flatMap((text) => text.split('\n').filter(Boolean).map(Number));
      expect(pids).toHaveLength(count);
      return pids;
    },
    { timeout: 20_000 },
  );
}
