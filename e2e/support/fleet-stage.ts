import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { eventually } from './eventually.ts';
import { collect, type Ran, reportOf } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');
const OCHOPOD = join(ROOT, 'packages', 'agent', 'bin', 'ochopod.js');

export interface FleetOptions {
  /** What runs instead of an image: a script of `e2e/pods` or `examples`, by its path from the root. */
  readonly images?: Readonly<Record<string, string>>;
}

/** A sandbox in which `ocho` deploys real agents, as a pipeline does: no terminal, `CI=true`. */
export class FleetStage implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'ochopod-fleet-'));
  /**
   * Nothing is on the `PATH`, so no engine for containers is found: the images file counts. How long pods stay up is asked
   * where that is the story, and not in each.
   */
  readonly #environment: Record<string, string> = {
    ...{ PATH: '/nowhere', HOME: this.directory, CI: 'true', OCHOPOD_STABLE: '0s' },
  };

  static async open({ images = { 'acme/*': 'e2e/pods/plain.js' } }: FleetOptions = {}): Promise<FleetStage> {
    const stage = new FleetStage();
    try {
      const commands = Object.entries(images).map(([image, script]) => [image, commandOf(script)] as const);
      const file = stage.write('images.json', JSON.stringify({ images: Object.fromEntries(commands) }));
      const { environment } = await stage.json('sandbox', 'up', '--detach', '--images', file);
      Object.assign(stage.#environment, environment);
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** `host:port` of its Marathon. */
  get marathon(): string {
    return this.#environment['MARATHON_MASTER'] ?? '';
  }

  /** The connection string of its ZooKeeper. */
  get zookeeper(): string {
    return this.#environment['OCHOPOD_ZK'] ?? '';
  }

  /** Write a file of the pipeline's. @returns its path */
  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** Start `ocho`, and do not wait for its end. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [OCHO, ...args], {
      cwd: this.directory,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Run `ocho` to its end. */
  ocho(...args: string[]): Promise<Ran> {
    return collect(this.start(...args));
  }

  // biome-ignore lint/suspicious/noExplicitAny: stories look into whatever JSON a command prints
  async json(...args: string[]): Promise<any> {
    return reportOf(await this.ocho(...args, '-j'), args);
  }

  /** Deploy so many pods as the cluster `demo.<cluster>`. @returns the application's id, once all of them run */
  async deploy(cluster: string, pods: number, image = `acme/${cluster}:1`): Promise<string> {
    const file = this.write(`${cluster}.yml`, `cluster: ${cluster}\nimage: ${image}\n`);
    const { stdout, stderr, code } = await this.ocho(
      ...['deploy', file, '-n', 'demo', '-p', String(pods), '--strict', '-t', '60s', '-j'],
    );
    if (code !== 0) throw new Error(`deploying ${cluster} failed: ${stdout}\n${stderr}`);
    const [{ application }] = Object.values(JSON.parse(stdout)) as [{ application: string }];
    return application;
  }

  /** Ask the Marathon itself. */
  // biome-ignore lint/suspicious/noExplicitAny: stories look into whatever it answers
  async api(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(`http://${this.marathon}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return answer.json();
  }

  /** Have a pod shut down for good, by its control port alone: its task stays. */
  async kill(pod: string): Promise<void> {
    const [cluster = '', seq = ''] = pod.split(' #');
    const { registration } = await this.json('info', cluster, '-i', seq);
    const { ip, port, ports } = registration;
    await fetch(`http://${ip}:${ports[port]}/control/kill`, { method: 'POST' });
    await eventually(`${pod} is dead`, async () => {
      return (await this.json('grep', cluster))[pod]?.process === 'dead';
    });
  }

  /** The process of a pod's agent. */
  async agentOf(pod: string): Promise<number> {
    const { registration } = await this.json('info', pod.split(' ')[0] ?? '', '-i', pod.split('#')[1] ?? '');
    const { tasks } = await this.json('sandbox', 'status');
    return tasks.find(({ id }: { id: string }) => id === registration.task).pid;
  }

  /** Wait until an application has so many tasks. */
  async untilTasks(application: string, tasks: number): Promise<void> {
    await eventually(`${application} has ${tasks} tasks`, async () => {
      const { app } = await this.api('GET', `/v2/apps/${application}`);
      return app?.tasks.length === tasks;
    });
  }

  /** Wait until an application has so many tasks, and nothing changes it any more. */
  async untilQuiet(application: string, tasks: number): Promise<void> {
    await eventually(`${application} has ${tasks} tasks`, async () => {
      const { app } = await this.api('GET', `/v2/apps/${application}`);
      return app?.tasks.length === tasks && app.deployments.length === 0;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ocho('sandbox', 'down', '--all', '-t', '20s');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function commandOf(script: string): string {
  return `exec ${process.execPath} ${OCHOPOD} run ${join(ROOT, script)}`;
}
