import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { afterAll } from 'vitest';

import type { ZooKeeperServerOptions } from '../../../src/zookeeper/zookeeper-server.ts';

const PROGRAMS = join(import.meta.dirname, '..', '..', 'programs');

/** What a server holds when what nobody refers to is gone. */
export interface Holding {
  readonly sessions: number;
  /** On Node's heap, and outside of it in buffers. */
  readonly bytes: number;
}

/** The server in a process of its own, which may be killed, and asked for its memory. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #errors: () => string;

  static async start(options: ZooKeeperServerOptions): Promise<ServerProcess> {
    program ??= bundled();
    const child = fork(await program, [JSON.stringify(options)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += String(chunk);
    });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the server did not start:\n${errors}`)));
    const [{ port }] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
    return new ServerProcess(port, child, () => errors);
  }

  private constructor(port: number, child: ChildProcess, errors: () => string) {
    this.port = port;
    this.#child = child;
    this.#errors = errors;
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it complained of. */
  get errors(): string {
    return this.#errors();
  }

  async holding(): Promise<Holding> {
    this.#child.send('what do you hold?');
    const [holding] = await once(this.#child, 'message');
    return holding;
  }

  /** Without a chance to do anything more. */
  async kill(): Promise<void> {
    if (!this.runs) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

let directory: string | undefined;
let program: Promise<string> | undefined;

afterAll(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

/** Made of the sources as they are now: what was built may be older. @returns where it is */
async function bundled(): Promise<string> {
  directory = await mkdtemp(join(tmpdir(), 'zookeeper-server-'));
  await build({
    input: join(PROGRAMS, 'zookeeper-server.mjs'),
    platform: 'node',
    resolve: { conditionNames: ['ochopod-source', 'node', 'import', 'default'] },
    output: { dir: directory, entryFileNames: '[name].mjs' },
    logLevel: 'warn',
  });
  return join(directory, 'zookeeper-server.mjs');
}
