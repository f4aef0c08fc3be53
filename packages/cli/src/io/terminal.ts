import { maskText, settleOrAbort, visible } from 'ochopod-core';

import type { Io, OutputStream } from '../context.ts';
import { usesColors } from './colors.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import { createPrinter } from './printer.ts';

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens a way to standard output (1) or standard error (2) that never waits for whoever reads; for commands that need it. */
  readonly openWriter?: (fd: 1 | 2, onGone: (error: unknown) => void) => Outlet;
}

type Outputs = Pick<Io, 'out' | 'err' | 'status' | 'lost' | 'neverWait'>;

/**
 * The real streams. A status line is wiped before anything else is written, so that the two never mix. What cannot be written
 * stops nobody: `lost` tells when it is a result.
 */
export function createOutputs({ stdout, stderr, env, openWriter }: Streams): Outputs {
  const lost = new AbortController();
  let results = createOutlet({ stream: stdout, onFailure: (error) => lost.abort(error) });
  let said = createOutlet({ stream: stderr, onFailure: () => {} });
  let shownLines = 0;
  const canRewrite = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const wipe = () => {
    if (shownLines > 0) said.write(`\r\u001B[K${'\u001B[A\u001B[K'.repeat(shownLines - 1)}`);
    shownLines = 0;
  };
  const output = (stream: NodeJS.WriteStream, { isTty, masks }: { isTty: boolean; masks: boolean }): OutputStream => {
    const put = (text: string) => {
      wipe();
      (stream === stdout ? results : said).write(text);
    };
    const taken = (signal: AbortSignal) => untilTaken(stream, signal);
    return { isTty, colors: usesColors({ isTty, env }), ...createPrinter({ isTty, masks, put }), taken };
  };
  return {
    out: output(stdout, { isTty: stdout.isTTY === true, masks: false }),
    err: output(stderr, { isTty: canRewrite, masks: true }),
    status: (lines) => {
      wipe();
      if (lines === undefined || !canRewrite) return;
      const shown = fitting(lines, stderr);
      said.write(shown.join('\n'));
      shownLines = shown.length;
    },
    lost: lost.signal,
    neverWait: () => {
      results = openWriter?.(1, (error) => lost.abort(error)) ?? results;
      said = openWriter?.(2, () => {}) ?? said;
    },
  };
}

function untilTaken(stream: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  return settleOrAbort([signal], ({ resolve }) => void stream.write('', () => resolve(undefined)));
}

/** What can be wiped again: no line that breaks, and no more of them than the terminal shows. */
function fitting(lines: readonly string[], { columns, rows }: NodeJS.WriteStream): readonly string[] {
  // A terminal that does not know its size says 0.
  const most = Math.max(1, (rows || 24) - 1);
  const left = lines.length - most;
  const kept = left <= 0 ? lines : [...lines.slice(0, most - 1), `and ${left + 1} more`];
  return kept.map((line) => cut(visible(maskText(line)), (columns || 80) - 1));
}

/** Letters that may be as wide as two count as that: a line that is too short can be wiped, one that breaks cannot. */
function cut(line: string, columns: number): string {
  let width = 0;
  let kept = '';
  for (const letter of line) {
    width += letter < '\u1100' ? 1 : 2;
    if (width > columns) break;
    kept += letter;
  }
  return kept;
}
