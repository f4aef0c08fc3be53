import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { type Place, startZooKeeper, zookeeperAvailable } from '../../scripts/zookeeper.mjs';
import { eventually } from './eventually.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OCHOPOD = join(ROOT, 'packages', 'agent', 'bin', 'ochopod.js');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');

const SANDBOX_ZOOKEEPER = join(ROOT, 'e2e', 'programs', 'sandbox-zookeeper.js');

/** Stories are played twice: on Apache ZooKeeper, and on the sandbox's own. */
const onSandbox = process.env['OCHOPOD_E2E_ON'] === 'sandbox';
const availability = onSandbox ? ({ available: true } as const) : zookeeperAvailable();

/** Why stories on the real ZooKeeper cannot be played here; `undefined` when they can. */
export const missing = availability.available ? undefined : availability.because;

/** A title that says so when a suite is skipped. */
export const titled = (title: string): string => (missing === undefined ? title : `${title} (SKIPPED: ${missing})`);

/** Seconds of the pods' ZooKeeper sessions in these stories. */
export const SESSION_SECONDS = 2;

export interface NewPod {
  readonly cluster?: string;
  readonly namespace?: string;
  /** A script of `e2e/pods` or of `examples`, by its path from the root. */
  readonly script?: string;
  /** The variable `pod`. */
  readonly settings?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it finds ZooKeeper, e.g. through a proxy. */
  readonly zk?: string;
  /** The most files that it may have open. */
  readonly openFiles?: number;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a recorder pod wrote down. */
export interface Recorded {
  readonly event: 'configure' | 'configured' | 'sanity' | 'finalized';
  readonly at: number;
  readonly index: number;
  readonly seq: number;
  readonly size: number;
  readonly pods: readonly string[];
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** A ZooKeeper of its own, agents and `ocho` as a user starts them, and an end that leaves nothing behind. */
export class Stage implements AsyncDisposable {
  readonly zookeeper: Awaited<ReturnType<typeof startZooKeeper>>;
  readonly pods: PodProcess[] = [];
  readonly directory = mkdtempSync(join(tmpdir(), 'ochopod-e2e-'));

  static async open(): Promise<Stage> {
    return new Stage(await startZooKeeper({ tickTime: 200, ...(onSandbox && { program: sandboxZooKeeper }) }));
  }

  private constructor(zookeeper: Awaited<ReturnType<typeof startZooKeeper>>) {
    this.zookeeper = zookeeper;
  }

  get zk(): string {
    return `zk://127.0.0.1:${this.zookeeper.port}`;
  }

  start({ cluster = 'web', namespace = 'demo', ...options }: NewPod = {}): PodProcess {
    const files = join(this.directory, `pod-${this.pods.length}`);
    const pod = new PodProcess({ cluster, namespace, zk: this.zk, ...options }, files);
    this.pods.push(pod);
    return pod;
  }

  /** Run `ocho` to its end. */
  async ocho(...args: string[]): Promise<Ran> {
    return collect(this.startOcho(...args));
  }

  startOcho(...args: string[]): ChildProcess {
    return spawn(process.execPath, [OCHO, ...args], {
      env: { PATH: process.env['PATH'], HOME: this.directory, OCHOPOD_ZK: this.zk, CI: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Run `ocho` with `-j` and read what it printed. */
  // biome-ignore lint/suspicious/noExplicitAny: stories look into whatever JSON a command prints
  async json(...args: string[]): Promise<any> {
    return reportOf(await this.ocho(...args, '-j'), args);
  }

  /** The living pods of a cluster as its leader recorded them, by `ocho ls`. */
  async untilRunning(cluster: string, running: number, total = running): Promise<void> {
    await eventually(`${running}/${total} pods of ${cluster} run`, async () => {
      const seen = (await this.json('ls', cluster))[cluster];
      return seen?.running === running && seen?.total === total;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.end()));
    await this.zookeeper.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function sandboxZooKeeper({ port, directory, tickTime }: Place): string[] {
  return [process.execPath, SANDBOX_ZOOKEEPER, String(port), join(directory, 'data'), String(tickTime)];
}

type Placed = Required<Pick<NewPod, 'cluster' | 'namespace' | 'zk'>> & NewPod;

/** One agent, in a process of its own. */
export class PodProcess {
  readonly name: string;
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly #record: string;
  readonly #behaviour: string;
  #output = '';

  constructor(options: Placed, files: string) {
    const { cluster, namespace, zk, script = 'e2e/pods/recorder.js', settings = {}, env = {}, openFiles } = options;
    this.name = `${namespace}.${cluster}`;
    this.#record = `${files}.jsonl`;
    this.#behaviour = `${files}.behaviour`;
    this.behave({});
    const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
    const agent = [process.execPath, OCHOPOD, 'run', join(ROOT, script)];
    this.child = spawn('/bin/sh', ['-c', `${limit}exec "$@"`, 'sh', ...agent], {
      env: {
        PATH: process.env['PATH'],
        ochopod_local: 'true',
        ochopod_cluster: cluster,
        ochopod_namespace: namespace,
        ochopod_port: '0',
        ochopod_zk: zk,
        ochopod_zk_timeout: String(SESSION_SECONDS),
        pod: JSON.stringify(settings),
        RECORD: this.#record,
        BEHAVIOUR: this.#behaviour,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.#output += chunk;
      });
    }
    this.exited = new Promise((resolve) => this.child.on('exit', (code) => resolve(code)));
  }

  /** What its callbacks do from now on: throw this text, or `hang`. */
  behave(behaviour: Readonly<Record<string, string>>): void {
    writeFileSync(this.#behaviour, JSON.stringify(behaviour));
  }

  /** Everything that the agent printed. */
  get output(): string {
    return this.#output;
  }

  /** Its number, once it is registered. */
  get seq(): number | undefined {
    const [, seq] = /registered as #(\d+)/.exec(this.#output) ?? [];
    return seq === undefined ? undefined : Number(seq);
  }

  get port(): number | undefined {
    const [, port] = /control port opened port=(\d+)/.exec(this.#output) ?? [];
    return port === undefined ? undefined : Number(port);
  }

  /** The pid of its sub-process as it was started last. */
  get pid(): number | undefined {
    const pid = [...this.#output.matchAll(/process started pid=(\d+)/g)].at(-1)?.[1];
    return pid === undefined ? undefined : Number(pid);
  }

  get recorded(): Recorded[] {
    if (!existsSync(this.#record)) return [];
    return readFileSync(this.#record, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** How often its whole cluster was configured while it took part. */
  get configurations(): number {
    return this.recorded.filter(({ event }) => event === 'configured').length;
  }

  get lastView(): Recorded | undefined {
    return this.recorded.findLast(({ event }) => event === 'configured');
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Make sure that it and its sub-process are gone. */
  async end(): Promise<void> {
    const { pid } = this;
    this.child.kill('SIGKILL');
    await this.exited;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/**
 * What a command printed with `-j`.
 *
 * @throws when that is no JSON, with everything that it printed
 */
// biome-ignore lint/suspicious/noExplicitAny: stories look into whatever JSON a command prints
export function reportOf({ stdout, stderr }: Ran, args: readonly string[]): any {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`ocho ${args.join(' ')} printed no JSON: ${stdout}\n${stderr}`, { cause });
  }
}

export function collect(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr })));
}
