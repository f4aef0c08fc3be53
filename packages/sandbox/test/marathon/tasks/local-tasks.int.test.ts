import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { appWith, definedPort, imageApp } from './apps.ts';
import { isAlive, RunnerUnderTest, says, stdoutOf } from './runner-under-test.ts';

const forever = 'echo ready $$; exec sleep 1000';

describe('a task', () => {
  test('that exits with 0 is finished', async () => {
    await using t = await RunnerUnderTest.create();

    const task = await t.launch(appWith({ cmd: 'exit 0' }));

    expect(await task.ended).toEqual({ state: 'TASK_FINISHED', message: 'Command exited with status 0' });
  });

  test('that exits otherwise has failed', async () => {
    await using t = await RunnerUnderTest.create();

    const task = await t.launch(appWith({ args: ['/bin/sh', '-c', 'exit 3'] }));

    expect(await task.ended).toEqual({ state: 'TASK_FAILED', message: 'Command exited with status 3' });
  });

  test('that somebody else kills has failed', async () => {
    await using t = await RunnerUnderTest.create();

    const task = await t.launch(appWith({ cmd: 'kill -9 $$' }));

    expect(await task.ended).toEqual({ state: 'TASK_FAILED', message: 'Command terminated with signal Killed' });
  });

  test('has its outputs in files of a directory of its own, where it runs', async () => {
    await using t = await RunnerUnderTest.create();

    const task = await t.launch(appWith({ cmd: 'pwd; echo $MESOS_SANDBOX; echo oops >&2' }));
    await task.ended;

    expect(await stdoutOf(task)).toBe(`${task.directory}\n${task.directory}\n`);
    expect(await readFile(join(task.directory, 'stderr'), 'utf8')).toBe('oops\n');
    expect((await stat(task.directory)).mode & 0o777).toBe(0o700);
  });

  test('that cannot start says why, and leaves nothing to be found', async () => {
    await using t = await RunnerUnderTest.create();

    await expect(t.launch(appWith({ args: ['no-such-program'] }))).rejects.toThrow(
      'cannot start "no-such-program": there is no such executable',
    );
    expect(await readdir(join(t.directory, 'running'))).toEqual([]);
  });

  test('whose application has too long an id for a file’s name is refused beforehand', async () => {
    await using t = await RunnerUnderTest.create();
    const named = (length: number) => appWith({ id: `/${'a'.repeat(length - 1)}`, cmd: 'true' });

    expect(() => t.runner.check(named(180))).not.toThrow();
    expect(() => t.runner.check(named(181))).toThrow('the id is too long');
  });

  test('leaves its directory, of which the latest are kept', async () => {
    await using t = await RunnerUnderTest.create();

    const launched = Array.from({ length: 52 }, async (_none, index) => {
      const app = appWith(index % 2 === 0 ? { cmd: 'true' } : { args: ['no-such-program'] });
      await t.launch(app).then(
        ({ ended }) => ended,
        () => {}, // that is how it ends
      );
    });
    await Promise.all(launched);

    expect(await readdir(join(t.directory, 'tasks'))).toHaveLength(50);
  });

  test('sees its own environment, and little of the scheduler’s', async () => {
    await using t = await RunnerUnderTest.create({
      env: { PATH: process.env['PATH'], SECRET: 'of the scheduler' },
      zk: '127.0.0.1:2181',
    });

    const task = await t.launch(appWith({ cmd: 'env', env: { GREETING: 'hello' }, portDefinitions: [definedPort] }));
    await task.ended;

    const names = (await stdoutOf(task)).split('\n').map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['GREETING', 'HOST', 'PORT0', 'PORT_10000', 'ochopod_zk']));
    expect(names).not.toContain('SECRET');
  });

  test('does not start on a port that somebody took meanwhile', async () => {
    await using t = await RunnerUnderTest.create();
    const app = appWith({ cmd: forever, portDefinitions: [definedPort] });
    const hostPorts = t.runner.reservePorts(app);
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(hostPorts[0], '127.0.0.1', resolve));

    const launching = t.runner.launch({ taskId: 'unlucky', app, hostPorts });

    await expect(launching).rejects.toMatchObject({ code: 'CONFLICT' });
    await new Promise((resolve) => squatter.close(resolve));
  });
});

describe('kill', () => {
  test('ends a task that ends when asked to', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(appWith({ cmd: forever }));
    await says(task, /ready/);

    task.kill(20_000);

    expect(await task.ended).toEqual({ state: 'TASK_KILLED', message: 'Command terminated with signal Terminated' });
  });

  test('insists after the grace on one that does not', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(appWith({ cmd: 'trap "" TERM; echo ready; while :; do sleep 0.1; done' }));
    await says(task, /ready/);

    task.kill(200);

    expect(await task.ended).toEqual({ state: 'TASK_KILLED', message: 'Command terminated with signal Killed' });
  });

  test('takes with it grandchildren that do not listen, also one that made itself a daemon', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(appWith({ cmd: `${STUBBORN} setsid sh -c '${STUBBORN}'; echo ready; sleep 1000` }));
    const pids = pidsIn(await says(task, /pid[\s\S]*pid/));

    task.kill(300);
    await task.ended;

    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
  });

  test('gives all of the group the grace, so that what a shell started can put its things in order', async () => {
    await using t = await RunnerUnderTest.create();
    const worker = 'trap "sleep 0.3; echo saved; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
    const task = await t.launch(appWith({ cmd: `sh -c '${worker}' & wait` }));
    await says(task, /ready/);

    task.kill(20_000);
    await task.ended;

    expect(await stdoutOf(task)).toContain('saved');
  });

  test('ends one that floods its output', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(appWith({ cmd: 'yes | head -c 1000000000; sleep 1000' }));
    await vi.waitFor(async () => expect((await stat(join(task.directory, 'stdout'))).size).toBeGreaterThan(1e7));

    task.kill(5000);

    expect(await task.ended).toMatchObject({ state: 'TASK_KILLED' });
  });
});

/** A program that does not end when asked to, in the background. */
const STUBBORN = 'sh -c "trap \\"\\" TERM; echo pid \\$\\$; while :; do sleep 0.1; done" & ';

function pidsIn(output: string): readonly number[] {
  return [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
}

test('what a task leaves behind ends with it', async () => {
  await using t = await RunnerUnderTest.create();
  const bothRun = 'until [ $(grep -c pid stdout) = 2 ]; do sleep 0.02; done';
  const task = await t.launch(appWith({ cmd: `${STUBBORN} setsid sh -c '${STUBBORN}'; ${bothRun}; exit 0` }));

  expect(await task.ended).toEqual({ state: 'TASK_FINISHED', message: 'Command exited with status 0' });
  const pids = pidsIn(await stdoutOf(task));
  expect(pids).toHaveLength(2);
  expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
});

test('a runner that closes ends every task, and keeps nothing of them but their files', async () => {
  await using t = await RunnerUnderTest.create();
  const tasks = await Promise.all([t.launch(appWith({ cmd: forever })), t.launch(appWith({ cmd: forever }))]);
  const pids = (await Promise.all(tasks.map((task) => says(task, /ready \d+/)))).map((said) => Number(said.slice(6)));

  await t.runner.close();

  expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
  expect(await readdir(join(t.directory, 'running'))).toEqual([]);
  await expect(t.launch(appWith({ cmd: forever }))).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('an image that a command stands in for runs as a process', async () => {
  await using t = await RunnerUnderTest.create({
    images: { 'acme/*': 'echo instead of $MARATHON_APP_DOCKER_IMAGE $@' },
  });

  const task = await t.launch(imageApp('acme/redis:7', { args: ['--quick'] }));
  await task.ended;

  expect(await stdoutOf(task)).toBe('instead of acme/redis:7 --quick\n');
  await vi.waitFor(async () => expect(await readdir(join(t.directory, 'running'))).toEqual([]));
});
