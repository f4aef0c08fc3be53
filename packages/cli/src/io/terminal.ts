import type { Io, LineInput, OutputStream } from '../context.ts';
import { usesColors } from './colors.ts';

export interface Streams {
  readonly stdin: LineInput;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  setExitCode(code: number): void;
}

/** The real streams. A status line is wiped before anything else is written, so that the two never mix. */
export function createIo({ stdin, stdout, stderr, env, setExitCode }: Streams): Io {
  let shownLines = 0;
  const canRewrite = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const wipe = () => {
    if (shownLines > 0) stderr.write(`\r\u001B[K${'\u001B[A\u001B[K'.repeat(shownLines - 1)}`);
    shownLines = 0;
  };
  const output = (stream: NodeJS.WriteStream, isTty: boolean): OutputStream => ({
    isTty,
    colors: usesColors({ isTty, env }),
    write: (text) => {
      wipe();
      stream.write(text);
    },
  });
  return {
    input: stdin,
    out: output(stdout, stdout.isTTY === true),
    err: output(stderr, canRewrite),
    status: (text) => {
      wipe();
      if (text === undefined || !canRewrite) return;
      const lines = fitting(text.split('\n'), stderr);
      stderr.write(lines.join('\n'));
      shownLines = lines.length;
    },
    setExitCode,
  };
}

/** What can be wiped again: no line that breaks, and no more of them than the terminal shows. */
function fitting(lines: readonly string[], { columns, rows }: NodeJS.WriteStream): readonly string[] {
  // A terminal that does not know its size says 0.
  const most = Math.max(1, (rows || 24) - 1);
  const left = lines.length - most;
  const kept = left <= 0 ? lines : [...lines.slice(0, most - 1), `and ${left + 1} more`];
  return kept.map((line) => line.slice(0, (columns || 80) - 1));
}
