import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

import { EventLog, type PodEvent } from './event-log.ts';
import { AGENT, BENCH, podEnvironment, program } from './places.ts';
import { now } from './samples.ts';

/** `agent`: ours, as it is built. `bare`: a process that does what is needed and no more. */
export type Kind = 'agent' | 'bare';

export interface NewPod {
  readonly kind: Kind;
  readonly zkPort: number;
  /** `demo.web` */
  readonly cluster: string;
  readonly sessionSeconds: number;
  readonly dependsOn?: string;
  /** In `bench/pods`. @default 'timed' */
  readonly script?: string;
}

/** One pod in a process of its own, and what it said about itself, with its own times. */
export class PodProcess {
  readonly events = new EventLog();
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  #rest = '';
  #output = '';

  constructor(pod: NewPod) {
    const args =
      pod.kind === 'agent' ? [AGENT, 'run', join(BENCH, 'pods', `${pod.script ?? 'timed'}.js`)] : [program('bare-pod')];
    this.child = spawn(process.execPath, args, {
      env: {
        ...podEnvironment({ ...pod, zk: `zk://127.0.0.1:${pod.zkPort}` }),
        pod: JSON.stringify({ dependsOn: pod.dependsOn }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk));
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#output += chunk;
    });
    this.exited = new Promise((resolve) => this.child.once('exit', () => resolve()));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it printed, for when something went wrong. */
  get output(): string {
    return this.#output;
  }

  get leads(): boolean {
    return this.events.all.some(({ event }) => event === 'leading');
  }

  /** @returns when the signal was sent */
  signal(name: NodeJS.Signals): number {
    const at = now();
    this.child.kill(name);
    return at;
  }

  /** Make sure that it and its sub-process are gone. */
  async end(): Promise<void> {
    this.kill();
    await this.exited;
    this.kill();
  }

  /** Without waiting; what it starts before it is hit goes on. */
  kill(): void {
    this.child.kill('SIGKILL');
    for (const { pid } of this.events.all) if (pid !== undefined) killGroup(pid);
  }

  #read(chunk: string): void {
    this.#output += chunk;
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = eventIn(line);
      if (event !== undefined) this.events.push(event);
    }
  }
}

const LOGGED: readonly (readonly [RegExp, PodEvent['event']])[] = [
  [/control port opened/, 'listening'],
  [/registered as #/, 'registered'],
  [/leading the cluster/, 'leading'],
  [/process started pid=(\d+)/, 'running'],
];

/** Pod scripts and bare pods print events; the agent's own log tells the others, with its times. */
function eventIn(line: string): PodEvent | undefined {
  if (line.startsWith('@')) return JSON.parse(line.slice(1));
  for (const [pattern, event] of LOGGED) {
    const [, pid] = pattern.exec(line) ?? [];
    if (!pattern.test(line)) continue;
    const at = Date.parse(`${line.slice(0, 23).replace(' ', 'T').replace(',', '.')}Z`);
    return { event, at, ...(pid !== undefined && { pid: Number(pid) }) };
  }
  return undefined;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
