import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from 'ochopod-core';

export interface CapturedRun {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How much output is kept; the rest is read and thrown away. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

export interface Captured {
  /** As a shell tells it: 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly output: string;
  readonly isCut: boolean;
}

/** How long output is awaited of a shell that has ended: who still holds its pipes then may do so for ever. */
const LAST_OUTPUT_MS = 500;

/**
 * Run a shell command in a process group of its own and keep what it prints, both outputs in the order of arrival.
 *
 * It is over when the shell has ended, whatever that leaves in the background. When `signal` aborts the group is killed,
 * and what was printed so far is told all the same.
 *
 * @throws what the system says when the shell cannot be started
 */
export async function runCaptured(run: CapturedRun, signal: AbortSignal): Promise<Captured> {
  const { command, cwd, env, maxBytes, clock } = run;
  const kept = new KeptOutput(maxBytes);
  if (signal.aborted) return { code: 128 + constants.signals.SIGKILL, ...kept.result() };
  const child = spawn('/bin/sh', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const output of outputsOf(child)) output.on('data', (chunk: Buffer) => kept.take(chunk));
  const closed = once(child, 'close');
  closed.catch(() => {}); // it is `exit` that tells why there is none
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await lastOutput(closed, clock);
    return { code: code ?? 128 + (ended === null ? 0 : constants.signals[ended]), ...kept.result() };
  } finally {
    signal.removeEventListener('abort', kill);
    for (const output of outputsOf(child)) output.destroy();
  }
}

function outputsOf({ stdout, stderr }: ChildProcessByStdio<null, Readable, Readable>): readonly Readable[] {
  return [stdout, stderr];
}

async function lastOutput(closed: Promise<unknown>, clock: Clock): Promise<void> {
  const enough = new AbortController();
  await Promise.race([closed, clock.sleep(LAST_OUTPUT_MS, enough.signal)]).finally(() => enough.abort(ENOUGH));
  await setImmediate(); // what the pipes held is read before anybody is judged to be silent
}

const ENOUGH = new Error('all was said');

class KeptOutput {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  take(chunk: Buffer): void {
    const room = this.#maxBytes - this.#bytes;
    if (room > 0) this.#chunks.push(chunk.subarray(0, room));
    this.#bytes += chunk.length;
  }

  result(): Pick<Captured, 'output' | 'isCut'> {
    return { output: Buffer.concat(this.#chunks).toString('utf8'), isCut: this.#bytes > this.#maxBytes };
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it is gone already
  }
}
