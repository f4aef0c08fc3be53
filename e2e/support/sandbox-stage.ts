import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { eventually } from './eventually.ts';
import { collect, type Ran, reportOf } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');

/** Somebody's home directory and a shell in which `ocho sandbox` is typed; whatever was started ends with it. */
export class SandboxStage implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'ochopod-sandbox-'));
  readonly #foreground: ChildProcess[] = [];

  /** Nothing is on the `PATH`: neither Java nor an engine for containers. */
  #spawn(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [OCHO, 'sandbox', ...args], {
      env: { PATH: '/nowhere', HOME: this.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Run `ocho sandbox` to its end. */
  ocho(...args: string[]): Promise<Ran> {
    return collect(this.#spawn(args));
  }

  // biome-ignore lint/suspicious/noExplicitAny: stories look into whatever JSON a command prints
  async json(...args: string[]): Promise<any> {
    return reportOf(await this.ocho(...args, '-j'), args);
  }

  /** Start one in the foreground. @returns once it has said where it is */
  async foreground(...args: string[]): Promise<Foreground> {
    const child = this.#spawn(['up', ...args]);
    this.#foreground.push(child);
    const seen = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => {
      seen.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      seen.stderr += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await eventually('it says where it is', () => seen.stdout.includes('MARATHON_MASTER='));
    return { child, ended, seen };
  }

  /** Deploy an application on the sandbox of that name. @returns its tasks once they run */
  async deploy(app: Deployed, name = 'default') {
    const { marathon } = await this.json('status', '--name', name);
    const answer = await fetch(`http://${marathon}/v2/apps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cpus: 0.1, ...app }),
    });
    if (answer.status !== 201) throw new Error(`${answer.status}: ${await answer.text()}`);
    const wanted = app.instances ?? 1;
    await eventually(`${wanted} of ${app.id} run`, async () => {
      const seen = await fetch(`http://${marathon}/v2/apps/${app.id}`);
      const { app: now } = (await seen.json()) as { readonly app: { readonly tasksRunning: number } };
      return now.tasksRunning === wanted;
    });
    const status: { readonly tasks: readonly RunningTask[] } = await this.json('status', '--name', name);
    return status.tasks.filter(({ application }) => application === app.id);
  }

  /** Every file and directory below the home directory, that of all sandboxes itself left out. */
  async files(): Promise<string[]> {
    const found = await readdir(this.home, { recursive: true });
    return found.filter((path) => !'.local/state/ochopod/sandbox'.startsWith(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#foreground) child.kill('SIGKILL');
    await this.ocho('down', '--all', '-t', '20s');
    rmSync(this.home, { recursive: true, force: true });
  }
}

interface Foreground {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly seen: { readonly stdout: string; readonly stderr: string };
}

interface Deployed {
  readonly id: string;
  readonly cmd: string;
  readonly instances?: number;
  readonly taskKillGracePeriodSeconds?: number;
}

interface RunningTask {
  readonly id: string;
  readonly application: string;
  readonly condition: string;
  readonly pid: number;
  readonly ports: readonly number[];
  readonly directory: string;
}

/** Whether a process runs; one that waits to be buried does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''); // gone
  return stat !== '' && !/\) [ZX] /.test(stat);
}

/** Whether anybody listens at `host:port`. */
export function listens(address: string): Promise<boolean> {
  const [host = '', port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
