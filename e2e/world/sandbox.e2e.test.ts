import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';

import { systemClock } from 'ochopod-core';
import { connectSession } from 'ochopod-core/zookeeper';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { isAlive, listens, SandboxStage } from '../support/sandbox-stage.ts';

const STUBBORN = `trap "" TERM; while :; do /bin/sleep 0.2; done`;

describe('ocho sandbox', () => {
  let stage: SandboxStage;

  beforeEach(() => {
    stage = new SandboxStage();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('in the background serves as soon as the command ends, and leaves no process, port or file', async () => {
    const up = await stage.ocho('up', '--detach');

    expect(up).toMatchObject({ code: 0, stderr: '' });
    expect(up.stdout).toMatch(/^export OCHOPOD_ZK=zk:\/\/127\.0\.0\.1:\d+\nexport MARATHON_MASTER=127\.0\.0\.1:\d+\n$/);
    const { pid, zookeeper, marathon } = await stage.json('status');
    expect([await isAlive(pid), await listens(zookeeper), await listens(marathon)]).toEqual([true, true, true]);
    const tasks = await stage.deploy({ id: '/web', cmd: '/bin/sleep 1000', instances: 2 });
    expect(await Promise.all(tasks.map((task) => isAlive(task.pid)))).toEqual([true, true]);

    expect(await stage.ocho('down')).toMatchObject({ code: 0, stdout: 'default\tended\n' });
    expect(await Promise.all([pid, ...tasks.map((task) => task.pid)].map(isAlive))).toEqual([false, false, false]);
    expect([await listens(zookeeper), await listens(marathon)]).toEqual([false, false]);
    expect(await stage.files()).toEqual([]);
    expect(await stage.ocho('down')).toMatchObject({ code: 0, stdout: 'default\tdid not run\n' });
    expect((await stage.ocho('status')).code).toBe(3);
  });

  test('is one of its name, and lives beside others', async () => {
    const first = await stage.json('up', '--detach');
    const [second, again] = await Promise.all([
      stage.json('up', '--detach', '--name', 'other'),
      stage.ocho('up', '--detach'),
    ]);

    expect(again).toMatchObject({ code: 4, stderr: expect.stringContaining(`ZooKeeper at ${first.zookeeper}`) });
    expect(second.zookeeper).not.toBe(first.zookeeper);
    const [ours] = await stage.deploy({ id: '/web', cmd: '/bin/sleep 1000' });
    const [theirs] = await stage.deploy({ id: '/web', cmd: '/bin/sleep 1000' }, 'other');
    expect(ours?.ports).not.toEqual(theirs?.ports);
    expect(Object.keys(await stage.json('status', '--all'))).toEqual(['default', 'other']);
    await stage.ocho('down');
    expect(await isAlive(theirs?.pid ?? 0)).toBe(true);
    expect((await stage.ocho('down', '--all')).stdout).toBe('other\tended\n');
    expect(await isAlive(theirs?.pid ?? 0)).toBe(false);
  });

  test('ends what a crashed one left running', async () => {
    const { pid } = await stage.json('up', '--detach');
    const tasks = await stage.deploy({ id: '/web', cmd: '/bin/sleep 1000 & /bin/sleep 1000', instances: 2 });
    process.kill(pid, 'SIGKILL');
    await eventually('it is gone', async () => !(await isAlive(pid)));
    expect(await Promise.all(tasks.map((task) => isAlive(task.pid)))).toEqual([true, true]);
    expect(await stage.ocho('status')).toMatchObject({ code: 3, stderr: expect.stringContaining('has crashed') });

    const { directory } = await stage.json('up', '--detach');
    expect(await Promise.all(tasks.map((task) => isAlive(task.pid)))).toEqual([false, false]);
    expect(readFileSync(join(directory, 'sandbox.log'), 'utf8')).toContain(
      'left by a sandbox that crashed, ended: web.',
    );
    expect((await stage.json('status')).tasks).toEqual([]);
  });

  test('that crashed is cleaned up by down', async () => {
    const { pid } = await stage.json('up', '--detach');
    const [task] = await stage.deploy({ id: '/web', cmd: '/bin/sleep 1000' });
    process.kill(pid, 'SIGKILL');
    await eventually('it is gone', async () => !(await isAlive(pid)));

    expect((await stage.ocho('down')).stdout).toBe('default\tcleaned up\n');
    expect(await isAlive(task?.pid ?? 0)).toBe(false);
    expect(await stage.files()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
    'in a terminal ends in order by %s',
    async (signal) => {
      const { child, ended, seen } = await stage.foreground();
      const [task] = await stage.deploy({ id: '/web', cmd: '/bin/sleep 1000' });
      await eventually('it says so', () => seen.stderr.includes('/web  1/1 running'));
      child.kill(signal);

      expect(await ended).toBe(0);
      expect(await isAlive(task?.pid ?? 0)).toBe(false);
      expect(await stage.files()).toEqual([]);
    },
  );

  test('kills tasks that do not end by a second Ctrl-C, and leaves nothing', async () => {
    const { child, ended, seen } = await stage.foreground();
    const [task] = await stage.deploy({ id: '/web', cmd: `echo ready; ${STUBBORN}`, taskKillGracePeriodSeconds: 100 });
    await eventually('it ignores SIGTERM', async () => (await stage.ocho('logs', '/web')).stdout.includes('ready'));
    child.kill('SIGINT');
    await eventually('it ends', () => seen.stderr.includes('the sandbox ends'));
    child.kill('SIGINT');

    expect(await ended).toBe(0);
    expect(await isAlive(task?.pid ?? 0)).toBe(false);
    expect(await stage.files()).toEqual([]);
  });

  test('that does not end in time is killed, and leaves nothing either', async () => {
    const { pid } = await stage.json('up', '--detach');
    const [task] = await stage.deploy({ id: '/web', cmd: STUBBORN });

    expect((await stage.ocho('down', '-t', '500ms')).stdout).toBe('default\tkilled\n');
    expect([await isAlive(pid), await isAlive(task?.pid ?? 0)]).toEqual([false, false]);
    expect(await stage.files()).toEqual([]);
  });

  test('says why it cannot start, and leaves nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await eventually('it listens', () => taken.listening);
    const { port } = taken.address() as { port: number };

    for (const flag of ['--zk-port', '--marathon-port']) {
      const { code, stderr } = await stage.ocho('up', '--detach', flag, String(port));
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/^error: .*127\.0\.0\.1:\d+/) });
    }
    const images = await stage.ocho('up', '--detach', '--images', join(stage.home, 'none.yaml'));
    expect(images).toMatchObject({ code: 3, stderr: expect.stringContaining('none.yaml') });
    expect(await stage.files()).toEqual([]);
    taken.close();
  });

  test('shows what tasks print, and goes on with it', async () => {
    await stage.json('up', '--detach');
    await stage.deploy({ id: '/web', cmd: 'echo hello $PORT0; echo no >&2; exec /bin/sleep 1000' });

    await eventually('both lines are there', async () => {
      const { stdout } = await stage.ocho('logs', '/web');
      return /^stdout\thello \d+\nstderr\tno\n$/.test(stdout);
    });
    const following = stage.ocho('logs', '-f');
    const printing = stage.ocho('logs', 'web', '-f', '--stdout');
    await stage.deploy({ id: '/other', cmd: '/bin/sleep 1000' });
    await stage.ocho('down');
    expect((await following).stdout).toContain('/other  1/1 running');
    expect((await printing).stdout).toMatch(/^hello \d+\n$/);
  });

  test('breaks its ZooKeeper when asked to, and mends it', async () => {
    const { zookeeper } = await stage.json('up', '--detach');
    const refused = await stage.json('fault', 'refuse');
    expect(refused).toMatchObject({ done: 'new connections are refused', inForce: [expect.any(String)] });
    expect((await stage.json('status')).faults).toEqual(refused.inForce);
    expect(await stage.json('fault', 'clear')).toMatchObject({ inForce: [] });
    expect(await listens(zookeeper)).toBe(true);
    expect((await stage.ocho('fault', 'expire', '--session', '0x123')).code).toBe(3);
  });

  test('keeps sessions of 5 s and answers while 200 tasks come and go at once', async () => {
    const { zookeeper, marathon } = await stage.json('up', '--detach');
    const session = await connectSession(
      { servers: zookeeper, sessionTimeoutMs: 5000, connectTimeoutMs: 5000, clock: systemClock },
      new AbortController().signal,
    );
    const tasks = async () => {
      const answer = await fetch(`http://${marathon}/v2/tasks`, { headers: { accept: 'application/json' } });
      return ((await answer.json()) as { tasks: { state: string }[] }).tasks;
    };
    const { status } = await fetch(`http://${marathon}/v2/apps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: '/many', cmd: 'exec /bin/sleep 1000', cpus: 0.01, mem: 8, instances: 200 }),
    });
    expect(status).toBe(201);
    const allRun = async () => {
      const found = await tasks();
      return found.length === 200 && found.every(({ state }) => state === 'TASK_RUNNING');
    };
    await eventually('all run', allRun, 60_000);
    await fetch(`http://${marathon}/v2/apps/many`, { method: 'DELETE' });
    await eventually('none is left', async () => (await tasks()).length === 0, 60_000);

    expect(session.lost.aborted).toBe(false);
    expect(await session.get('/', new AbortController().signal)).toBeDefined();
    await session.close();
  });

  test('expires a session of which its client then hears', async () => {
    const { zookeeper } = await stage.json('up', '--detach');
    const { signal } = new AbortController();
    const session = await connectSession(
      { servers: zookeeper, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock },
      signal,
    );
    const { sessions } = await stage.json('status');
    expect(sessions).toEqual([expect.objectContaining({ timeoutMs: 10_000, client: expect.any(String) })]);

    expect((await stage.ocho('fault', 'expire', '--session', sessions[0].id)).stdout).toContain('expired');
    await eventually('it is lost', () => session.lost.aborted);
    expect((await stage.json('status')).sessions).toEqual([]);
    await session.close();
  });
});
