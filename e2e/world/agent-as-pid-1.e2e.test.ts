import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { AGENT_COMMAND, addAgent } from '../../packages/sandbox/test/marathon/tasks/agent-image.ts';
import { podmanHere } from '../../packages/sandbox/test/marathon/tasks/podman-here.ts';
import { whereContainersRun } from '../../packages/sandbox/test/marathon/tasks/where-containers-run.ts';
import { eventually } from '../support/eventually.ts';
import { isAlive } from '../support/sandbox-stage.ts';
import { SESSION_SECONDS, Stage } from '../support/stage.ts';

const ENDING = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2'] as const;
/** What says that Node's debugger listens. */
const DEBUGGER = /inspector|debugger/i;

/** Says that it was asked to stop, and stops when it may. */
const OBEYS = `trap ': > /shared/told; until test -e /shared/may-go; do sleep 0.1; done; exit 0' TERM
  echo ready; while :; do sleep 0.1; done`;
/** Leaves a child to process 1, which ends. */
const LEAVES = `sh -c 'sleep 0.1 &'; ${OBEYS}`;

const here = await podmanHere();

await whereContainersRun(here, async () => {
  const image = await here.build({
    name: 'localhost/ochopod-test-pid-1:1',
    instructions: ['ENV PATH=/bin', `ENTRYPOINT ${JSON.stringify([...AGENT_COMMAND, 'run', '/pod/pod.js'])}`],
    fill: (root) => addAgent(root, readFileSync(join(import.meta.dirname, '../pods/told.js'), 'utf8')),
  });
  describe('the agent as process 1 of a container', () => stories(image));
});

function stories(image: string) {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test.each(ENDING)('deregisters at %s, has its process stop, and ends with 0', async (name) => {
    await using container = await Container.run(stage, { image, command: OBEYS });
    await stage.untilRunning('demo.web', 1);
    await eventually('its process hears signals', async () => (await container.logs()).includes('ready'));
    expect(await container.commandOfFirst()).toContain('ochopod.js');
    const pids = await container.pids();

    await container.signal(name);
    await eventually('its process is asked to stop', () => container.has('told'));
    // While the process takes its time, and the agent could keep its session.
    expect((await stage.json('ls', 'demo.web'))['demo.web']?.total ?? 0).toBe(0);
    await container.signal(name);
    expect(await container.isRunning()).toBe(true);
    container.put('may-go');

    expect(await container.exitCode()).toBe(0);
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) expect(await isAlive(pid)).toBe(false);
  });

  test('opens no debugger at SIGUSR1, and stops nothing', async () => {
    await using container = await Container.run(stage, { image, command: OBEYS });
    await stage.untilRunning('demo.web', 1);
    await container.signal('SIGUSR1');
    await stage.untilRunning('demo.web', 1);
    expect(container.has('told')).toBe(false);
    await container.signal('SIGTERM');
    container.put('may-go');

    expect(await container.exitCode()).toBe(0);
    expect(await container.logs()).not.toMatch(DEBUGGER);
  });

  test('leaves orphans that ended as they are, which is why an image needs an init', async () => {
    await using container = await Container.run(stage, { image, command: LEAVES });
    await stage.untilRunning('demo.web', 1);
    await eventually('an orphan ended', async () => (await container.stats()).some((stat) => /\) Z 1 /.test(stat)));
    await container.signal('SIGTERM');
    container.put('may-go');

    expect(await container.exitCode()).toBe(0);
  });
}

let started = 0;

/** A container with an agent and nothing else, on the network of this machine, and a directory that both see. */
class Container implements AsyncDisposable {
  readonly #name: string;
  readonly #shared: string;

  private constructor(name: string, shared: string) {
    this.#name = name;
    this.#shared = shared;
  }

  static async run(stage: Stage, { image, command }: { image: string; command: string }): Promise<Container> {
    started += 1;
    const shared = join(stage.directory, `shared-${started}`);
    mkdirSync(shared);
    const name = `ochopod-test-pid-1-${process.pid}-${started}`;
    const env = {
      ochopod_local: 'true',
      ochopod_cluster: 'web',
      ochopod_namespace: 'demo',
      ochopod_port: '0',
      ochopod_zk: stage.zk,
      ochopod_zk_timeout: String(SESSION_SECONDS),
      pod: JSON.stringify({ command }),
    };
    const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
    await here.podman(
      'run',
      '--detach',
      '--network=host',
      `--name=${name}`,
      `--volume=${shared}:/shared`,
      ...variables,
      image,
    );
    return new Container(name, shared);
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    await here.podman('kill', `--signal=${name}`, this.#name);
  }

  has(file: string): boolean {
    return existsSync(join(this.#shared, file));
  }

  put(file: string): void {
    writeFileSync(join(this.#shared, file), '');
  }

  /** What it printed, on either stream. */
  async logs(): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)('podman', ['logs', this.#name], { env: here.env });
    return stdout + stderr;
  }

  async isRunning(): Promise<boolean> {
    return (await here.podman('inspect', '--format={{.State.Running}}', this.#name)) === 'true';
  }

  commandOfFirst(): Promise<string> {
    return here.podman('exec', this.#name, 'cat', '/proc/1/cmdline');
  }

  /** Of its processes, as this machine numbers them. */
  async pids(): Promise<readonly number[]> {
    const [, ...pids] = (await here.podman('top', this.#name, 'hpid')).split('\n');
    return pids.map(Number);
  }

  /** What the kernel says of every process in it; some end while they are looked at. */
  async stats(): Promise<readonly string[]> {
    const stats = await here.podman('exec', this.#name, 'sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null || true');
    return stats.split('\n');
  }

  async exitCode(): Promise<number> {
    return Number(await here.podman('wait', this.#name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await here.podman('rm', '--force', '--time=0', this.#name);
  }
}
