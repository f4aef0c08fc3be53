import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const PATIENCE_MS = 20_000;

/** What a program came to: everything that it printed, and its exit code. */
export interface Outcome {
  readonly output: string;
  readonly code: number | null;
}

/** Run a program to its end. */
export async function run(command: string, args: readonly string[]): Promise<Outcome> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 2 * PATIENCE_MS });
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += String(bytes);
  });
  const [code] = await once(child, 'close');
  return { output, code };
}

/** A program that takes commands line by line; nothing is said before what was said before is answered. */
export class Conversation {
  readonly #child: ChildProcess;
  #heard = '';
  #transcript = '';
  #news: () => void = () => {};

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (bytes) => this.#hear(bytes));
    // An end of the program shows in what is not answered.
    this.#child.stdin?.on('error', () => {});
  }

  /** Say a line, and wait for this to be printed after it. @throws Error with what was printed when it never comes */
  async say(line: string, answer: RegExp): Promise<void> {
    this.#heard = '';
    this.#transcript += `> ${line}\n`;
    this.#child.stdin?.write(`${line}\n`);
    await this.hear(answer);
  }

  /** Wait for something else that the last line brings about. */
  async hear(answer: RegExp): Promise<void> {
    const tooLate = AbortSignal.timeout(PATIENCE_MS);
    tooLate.addEventListener('abort', () => this.#news());
    while (!answer.test(this.#heard)) {
      if (tooLate.aborted) throw new Error(`waited for ${answer} in vain:\n${this.#transcript}`);
      await new Promise<void>((resolve) => {
        this.#news = resolve;
      });
    }
  }

  /** Say its last line. @returns the code that it ends with by itself */
  async leave(line: string): Promise<number | null> {
    const gone = once(this.#child, 'exit', { signal: AbortSignal.timeout(PATIENCE_MS) });
    this.#child.stdin?.write(`${line}\n`);
    const [code] = await gone;
    return code;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #hear(bytes: Buffer): void {
    this.#heard += String(bytes);
    this.#transcript += String(bytes);
    this.#news();
  }
}
