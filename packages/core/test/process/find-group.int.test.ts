import { pbkdf2 } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test, vi } from 'vitest';

import { findProcessGroup, spawnProcess, startTicksOf } from '../../src/process/index.ts';

const env = { PATH: process.env['PATH'] ?? '' };

test('finds a group again by its head, and ends it', async () => {
  const mark = 'OCHOPOD_TEST_MARK=found-by-head';
  const spawned = await spawnProcess({ command: 'sleep 1000; true', env, mark });
  const head = { pid: spawned.pid, startTicks: (await startTicksOf(spawned.pid)) ?? '' };

  const found = await findProcessGroup({ head, mark });
  await found?.signal('SIGKILL');
  await spawned.exited;

  expect(found?.pid).toBe(spawned.pid);
  await vi.waitFor(async () => expect(await spawned.isGone()).toBe(true));
  expect(await findProcessGroup({ head, mark })).toBeUndefined();
});

test('leaves alone a program that was given the number of one that is gone', async () => {
  const stranger = await spawnProcess({ command: ['sleep', '1000'], env });
  try {
    const head = { pid: stranger.pid, startTicks: '1' };

    expect(await findProcessGroup({ head, mark: 'OCHOPOD_TEST_MARK=another' })).toBeUndefined();
  } finally {
    await stranger.signal('SIGKILL');
    await stranger.exited;
  }
});

test('finds those whose head is gone, in the group and out of it', async () => {
  const mark = 'OCHOPOD_TEST_MARK=headless';
  const spawned = await spawnProcess({ command: 'sleep 1000 & setsid sleep 1000 & exit 0', env, mark });
  const head = { pid: spawned.pid, startTicks: 'whatever it was' };
  await spawned.exited;

  const found = await findProcessGroup({ head, mark });
  const wereThere = await found?.isGone();
  await found?.signal('SIGKILL');

  expect(wereThere).toBe(false);
  await vi.waitFor(async () => expect(await found?.isGone()).toBe(true));
});

test('hears of the end of a process that lives no longer than it takes to close its files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ochopod-test-'));
  const files = { stdout: join(directory, 'out'), stderr: join(directory, 'err') };
  const busy = new AbortController();
  const hashing = Array.from({ length: 16 }, () => keepHashing(busy.signal));
  try {
    const group = await spawnProcess({ command: ['true'], env, files });

    expect(await group.exited).toEqual({ code: 0, signal: null });
  } finally {
    busy.abort();
    await Promise.all(hashing);
    await rm(directory, { recursive: true });
  }
});

/** Makes whatever has to do with files wait. */
async function keepHashing(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await promisify(pbkdf2)('a', 'b', 10_000, 64, 'sha512');
}

test('appends the outputs of a process to files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ochopod-test-'));
  const files = { stdout: join(directory, 'out'), stderr: join(directory, 'err') };
  try {
    await writeFile(files.stdout, 'before ');
    const group = await spawnProcess({ command: 'echo out; echo err >&2', env, files });
    await group.exited;

    expect(await readFile(files.stdout, 'utf8')).toBe('before out\n');
    expect(await readFile(files.stderr, 'utf8')).toBe('err\n');
  } finally {
    await rm(directory, { recursive: true });
  }
});
