import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { podEnvironment, program } from './places.ts';
import { now } from './samples.ts';

interface Counts {
  readonly checks: number;
  readonly configurations: number;
}

/** Some agents in one process, seen by what they log. */
export class LightAgents {
  /** When the last of them opened its control port. */
  listeningAt = 0;
  readonly #child: ChildProcess;
  readonly #subprocesses = new Set<number>();

  static async fork(zk: string, cluster: string): Promise<LightAgents> {
    const child = fork(program('light-agents'), {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: podEnvironment({ zk, cluster, sessionSeconds: 30 }),
    });
    await once(child, 'message');
    return new LightAgents(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    createInterface({ input: child.stdout as Readable }).on('line', (line) => this.#onLine(line));
  }

  start(agents: number): void {
    this.#child.send({ start: agents });
  }

  /** What their scripts were asked so far. */
  async counts(): Promise<Counts> {
    this.#child.send({ report: true });
    const [told] = (await once(this.#child, 'message')) as [Counts];
    return told;
  }

  /** They are killed, and what they run with them. */
  async end(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
    for (const pid of this.#subprocesses) killGroup(pid);
  }

  #onLine(line: string): void {
    const [, pid] = /process started pid=(\d+)/.exec(line) ?? [];
    if (pid !== undefined) this.#subprocesses.add(Number(pid));
    if (line.includes('control port opened')) this.listeningAt = now();
    if (/ERROR|WARNING/.test(line)) process.stderr.write(`${line}\n`);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
