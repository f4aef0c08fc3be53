import { fileURLToPath } from 'node:url';
import { systemClock } from 'ochopod-core';
import { spawnProcess } from 'ochopod-core/process';
import { Callbacks } from '../../src/callbacks.ts';
import { SupervisingPod } from '../../src/lifecycle/pod.ts';
import { createLog } from '../../src/logging.ts';
import type { PodScript } from '../../src/script/pod-script.ts';
import { patience, viewOf } from './pod-under-test.ts';

/** The path of one of the little programs that misbehave. */
export function program(name: string): string {
  return fileURLToPath(new URL(`../../../../e2e/programs/${name}.js`, import.meta.url));
}

/** A pod that runs a real process. */
export class RealPod implements AsyncDisposable {
  readonly lines: string[] = [];
  /** What went past the log. */
  readonly passedOn: string[] = [];
  readonly pod: SupervisingPod;

  constructor(script: PodScript) {
    const log = createLog({ debug: true, write: (line) => this.lines.push(line) });
    this.pod = new SupervisingPod({
      script,
      callbacks: new Callbacks({ script, settings: {}, clock: systemClock, log }),
      env: { PATH: process.env['PATH'] ?? '' },
      spawn: spawnProcess,
      passOn: (chunk, name) => this.passedOn.push(`${name}: ${Buffer.from(chunk).toString()}`),
      clock: systemClock,
      log,
      random: () => 0,
      startsOnItsOwn: true,
      wallTime: () => performance.timeOrigin + performance.now(),
    });
  }

  on(): Promise<unknown> {
    return this.pod.perform({ task: 'on', payload: viewOf() }, patience);
  }

  off(): Promise<unknown> {
    return this.pod.perform({ task: 'off' }, patience);
  }

  /** Wait for a line of the log. */
  async says(what: string | RegExp): Promise<string> {
    return eventually(() => this.lines.find((line) => line.search(what) !== -1), `${what} in the log`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pod.shutDown();
  }
}

/** Look for a fact until it is there; nothing tells us of other people's processes. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what = 'the fact',
): Promise<T> {
  for (const patienceEnds = systemClock.now() + 20_000; systemClock.now() < patienceEnds; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await systemClock.sleep(20);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Whether a process is there; one that was not reaped yet is not. */
export async function isAlive(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/^[ZX] /.test(stat.slice(stat.lastIndexOf(')') + 2));
}
