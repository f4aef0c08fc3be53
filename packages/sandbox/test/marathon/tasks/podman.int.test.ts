import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import type { App } from '../../../src/marathon/app/app.ts';
import { endOrphans } from '../../../src/marathon/tasks/end-orphans.ts';
import { healthCheck, imageApp } from './apps.ts';
import { addShell, podmanHere } from './podman-here.ts';
import { RunnerUnderTest, says, stdoutOf } from './runner-under-test.ts';

const here = await podmanHere();

afterAll(() => here[Symbol.asyncDispose]());

const forever = 'trap "exit 0" TERM; echo ready; while :; do sleep 0.1; done';

// Decided by what was found, so that nothing is skipped: where containers cannot run, that is what is told.
if (!here.works) describe('without an engine for containers', refusals);
else {
  const image = await here.build({
    name: 'localhost/ochopod-test-tasks:1',
    instructions: ['ENV PATH=/bin', 'CMD ["/bin/sh"]'],
    fill: addShell,
  });
  describe('a task in a container', () => containers(image));
}

function refusals() {
  test('an image is refused with both ways to run it', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'none' });

    expect(() => t.runner.check(imageApp('acme/redis:7'))).toThrow(
      /install podman or docker.*images: \{"acme\/redis:\*"/,
    );
  });
}

function containers(image: string) {
  const app = (given: Partial<App>) => imageApp(image, given);
  const create = (given = {}) => RunnerUnderTest.create({ containers: 'podman', env: here.env, ...given });

  test('ends as its container does, and leaves none', async () => {
    await using t = await create();

    const task = await t.launch(app({ cmd: 'echo out; echo err >&2; exit 3' }));

    expect(await task.ended).toEqual({ state: 'TASK_FAILED', message: 'Container exited with status 3' });
    expect(await stdoutOf(task)).toBe('out\n');
    expect(await readFile(join(task.directory, 'stderr'), 'utf8')).toBe('err\n');
    expect(await containersOf(t)).toEqual([]);
  });

  test('has its environment, and tells nobody outside', async () => {
    await using t = await create();
    const env = { SECRET: 'do not tell', JSON: '{"a": "b c", "d": "$HOME"}', LINES: 'one\ntwo', HOME: '/tmp' };

    const task = await t.launch(app({ cmd: 'env; exec sleep 1000', env }));
    const said = await says(task, /OCHOPOD|ochopod_network[\s\S]*\n$/);

    expect(said).toContain('SECRET=do not tell\n');
    expect(said).toContain(`JSON=${env.JSON}\n`);
    expect(said).toContain('LINES=one\ntwo\n');
    expect(said).toContain('HOME=/tmp\n');
    expect(said).toContain('MESOS_SANDBOX=/mnt/mesos/sandbox\n');
    expect(await commandLines()).not.toContain('do not tell');
    task.kill(0);
    await task.ended;
  });

  test('is asked to end, and ends', async () => {
    await using t = await create();
    const task = await t.launch(app({ cmd: forever }));
    await says(task, /ready/);

    task.kill(10_000);

    expect(await task.ended).toEqual({ state: 'TASK_KILLED', message: 'Container exited with status 0' });
    expect(await containersOf(t)).toEqual([]);
  });

  test('is killed after the grace when it does not end', async () => {
    await using t = await create();
    const task = await t.launch(app({ cmd: 'trap "" TERM; echo ready; while :; do sleep 0.1; done' }));
    await says(task, /ready/);

    task.kill(1000);

    expect(await task.ended).toEqual({ state: 'TASK_KILLED', message: 'Container exited with status 137' });
    expect(await containersOf(t)).toEqual([]);
  });

  test('that cannot be started says why, and leaves nothing', async () => {
    await using t = await create();

    await expect(t.launch(app({ args: ['/no/such/program'] }))).rejects.toThrow(/cannot start .*no such file/i);
    await expect(t.launch(imageApp('localhost/ochopod-test-none:1'))).rejects.toThrow(/cannot create a container of/);

    expect(await containersOf(t)).toEqual([]);
    expect(await readdir(join(t.directory, 'running'))).toEqual([]);
  });

  test('takes an image of this machine where it cannot be pulled', async () => {
    await using t = await create();
    const docker = {
      image,
      forcePullImage: true,
      privileged: false,
      parameters: [{ key: 'hostname', value: 'named' }],
    };

    const task = await t.launch(
      app({ cmd: 'echo $(cat /etc/hostname)', container: { type: 'DOCKER', docker, volumes: [] } }),
    );
    await task.ended;

    expect(await stdoutOf(task)).toBe('named\n');
  });

  test('sees volumes of the host, and an empty directory for what the host does not have', async () => {
    await using t = await create();
    const container = {
      ...imageApp(image).container,
      type: 'DOCKER' as const,
      volumes: [
        { containerPath: '/there', hostPath: t.directory, mode: 'RO' as const },
        { containerPath: '/missing', hostPath: '/opt/ochopod-test-none', mode: 'RO' as const },
      ],
    };

    const task = await t.launch(app({ cmd: 'ls /there; echo "missing: $(ls /missing)"', container }));
    await task.ended;

    expect(await stdoutOf(task)).toBe('running\ntasks\nmissing: \n');
  });

  test('answers a health check that runs a command inside', async () => {
    await using t = await create();
    const task = await t.launch(
      app({
        cmd: forever,
        healthChecks: [
          healthCheck({ protocol: 'COMMAND', delaySeconds: 0, command: { value: 'test -d /mnt/mesos/sandbox' } }),
        ],
      }),
    );

    const alive = await new Promise((resolve) => task.watchHealth((_check, result) => resolve(result.alive)));

    expect(alive).toBe(true);
    task.kill(0);
    await task.ended;
  });

  test('has a network of its own where the scheduler is not on loopback', async () => {
    await using t = await create({ host: '0.0.0.0' });
    const task = await t.launch(app({ cmd: forever }));
    await says(task, /ready/);

    expect(task.ipAddress).toMatch(/^10\./);
    task.kill(0);
    await task.ended;
  });

  test('that a crashed scheduler left is removed', async () => {
    await using t = await create();
    const task = await t.launch(app({ cmd: forever }));
    await says(task, /ready/);

    const ended = await endOrphans(t.directory);

    expect(ended).toEqual([expect.stringMatching(/_app.1: its container ochopod-\w+-demo_web.* was removed/)]);
    await task.ended;
    expect(await containersOf(t)).toEqual([]);
  });
}

async function containersOf({ directory }: RunnerUnderTest): Promise<readonly string[]> {
  const names = await here.podman('ps', '--all', '--format={{.Names}} {{.Labels}}');
  const owner = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return names.split('\n').filter((name) => name.includes(owner));
}

async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))).join('\n');
}
