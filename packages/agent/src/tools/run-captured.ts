import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface CapturedRun {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How much output is kept; the rest is read and thrown away. */
  readonly maxBytes: number;
}

export interface Captured {
  /** As a shell tells it: 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly output: string;
  readonly isCut: boolean;
}

/**
 * Run a shell command in a process group of its own and keep what it prints, both outputs in the order of arrival.
 *
 * @throws `signal.reason` when `signal` aborts; the group is killed then
 */
export function runCaptured({ command, cwd, env, maxBytes }: CapturedRun, signal: AbortSignal): Promise<Captured> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const child = spawn('/bin/sh', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const kept = new KeptOutput(maxBytes);
    const onAbort = () => {
      killGroup(child.pid);
      // Whoever inherited the pipes and left the group may hold them open for ever.
      for (const output of [child.stdout, child.stderr]) output.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => kept.take(chunk));
    child.once('error', reject);
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', onAbort);
      resolve({ code: code ?? 128 + (ended === null ? 0 : constants.signals[ended]), ...kept.result() });
    });
  });
}

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
