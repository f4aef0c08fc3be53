import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { imageApp } from '../apps.ts';
import { RunnerUnderTest, says, stdoutOf } from '../runner-under-test.ts';

const ENGINE = join(import.meta.dirname, '../../../programs/fake-engine.js');
const LOCAL = 'acme/local:1';

let directory: string;
let env: Record<string, string | undefined>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ochopod-engine-'));
  await mkdir(join(directory, 'bin'));
  await mkdir(join(directory, 'containers'));
  const PATH = `${join(directory, 'bin')}:${process.env['PATH']}`;
  env = { ...process.env, PATH, FAKE_ENGINE: join(directory, 'containers') };
});

afterEach(() => rm(directory, { recursive: true }));

describe('an engine that does as docker does', () => {
  beforeEach(() => symlink(ENGINE, join(directory, 'bin/docker')));

  test('runs tasks with their environment, and nothing is left of their containers', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'docker', env });
    const app = imageApp(LOCAL, { cmd: 'echo "$GREETING from $HOME"; exit 3', env: { GREETING: 'hi', HOME: '/mine' } });

    const task = await t.launch(app);

    expect(await task.ended).toEqual({ state: 'TASK_FAILED', message: 'Container exited with status 3' });
    expect(await stdoutOf(task)).toBe('hi from /mine\n');
    expect(await readdir(join(directory, 'containers'))).toEqual([]);
  });

  test('stops tasks, and insists', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'docker', env });
    const app = imageApp(LOCAL, { cmd: 'trap "" TERM; echo ready; while :; do sleep 0.1; done' });
    const task = await t.launch(app);
    await says(task, /ready/);

    task.kill(500);

    expect(await task.ended).toEqual({ state: 'TASK_KILLED', message: 'Container exited with status 137' });
    expect(await readdir(join(directory, 'containers'))).toEqual([]);
  });

  test('says why a task cannot be started, which leaves nothing', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'docker', env });

    await expect(t.launch(imageApp('acme/none:1'))).rejects.toThrow(
      'cannot create a container of acme/none:1: Error: no such image',
    );
    await expect(t.launch(imageApp(LOCAL, { args: ['/no/such/program'] }))).rejects.toThrow(
      'cannot start a container of acme/local:1: Error: /no/such/program: no such file or directory',
    );
    expect(await readdir(join(directory, 'containers'))).toEqual([]);
    expect(await readdir(join(t.directory, 'running'))).toEqual([]);
  });

  test('takes the image of this machine where it cannot be pulled, and says so', async () => {
    const said: string[] = [];
    await using t = await RunnerUnderTest.create({ containers: 'docker', env, log: (message) => said.push(message) });
    const docker = { image: LOCAL, forcePullImage: true, privileged: false, parameters: [] };

    const task = await t.launch(imageApp(LOCAL, { cmd: 'exit 0', container: { type: 'DOCKER', docker, volumes: [] } }));
    await task.ended;

    expect(said).toEqual([expect.stringContaining('cannot pull acme/local:1, the one of this machine is taken')]);
  });
});

describe('an engine that is installed and does not work', () => {
  beforeEach(async () => {
    const path = join(directory, 'bin/podman');
    await writeFile(path, '#!/bin/sh\necho "cannot reach the machine" >&2\nexit 125\n');
    await chmod(path, 0o755);
  });

  test('is given up once it was asked, and then the image is refused with both ways to run it', async () => {
    const said: string[] = [];
    await using t = await RunnerUnderTest.create({ containers: 'podman', env, log: (message) => said.push(message) });
    t.runner.check(imageApp(LOCAL)); // it is not asked for that

    await expect(t.launch(imageApp(LOCAL))).rejects.toThrow(/install podman or docker.*images: \{/);
    expect(() => t.runner.check(imageApp(LOCAL))).toThrow(/install podman or docker.*images: \{/);
    expect(said).toEqual(['podman is installed and does not work: cannot reach the machine']);
  });

  test('leaves images to the commands that stand in for them', async () => {
    await using t = await RunnerUnderTest.create({ containers: 'podman', env, images: { 'acme/*': 'echo instead' } });

    const task = await t.launch(imageApp(LOCAL));
    await task.ended;

    expect(await stdoutOf(task)).toBe('instead\n');
  });
});
