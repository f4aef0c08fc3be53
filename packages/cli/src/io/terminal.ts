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
  let statusShown = false;
  const canRewrite = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const wipe = () => {
    if (statusShown) stderr.write('\r\u001B[K');
    statusShown = false;
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
    status: (line) => {
      wipe();
      if (line === undefined || !canRewrite) return;
      stderr.write(line.slice(0, (stderr.columns ?? 80) - 1));
      statusShown = true;
    },
    setExitCode,
  };
}
