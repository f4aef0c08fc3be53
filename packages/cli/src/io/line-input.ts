import { createInterface, type Interface } from 'node:readline';

import type { LineInput, LineOptions, LineReader } from '../context.ts';

export interface LineStreams {
  readonly stdin: NodeJS.ReadStream;
  /** Where the prompt and the echo go. */
  readonly stdout: NodeJS.WriteStream;
}

/** Standard input, line by line, with node's own line editor when it is a terminal. */
export function createLineInput({ stdin, stdout }: LineStreams): LineInput {
  const isTty = stdin.isTTY === true && stdout.isTTY === true;
  return { isTty, open: (options) => openReader({ stdin, stdout }, { ...options, isTty }) };
}

function openReader({ stdin, stdout }: LineStreams, options: LineOptions & { readonly isTty: boolean }): LineReader {
  const arrived: string[] = [];
  let ended = false;
  let waiting: (() => void) | undefined;
  let history = options.history;
  let lines: Interface | undefined = open();
  return {
    next: async () => {
      if (options.isTty) lines?.prompt();
      if (arrived.length === 0 && !ended) await new Promise<void>((resolve) => (waiting = resolve));
      return arrived.shift();
    },
    aside: async (work) => {
      const closing = lines;
      lines = undefined;
      closing?.close();
      try {
        return await work();
      } finally {
        if (!ended) lines = open();
      }
    },
    close: () => {
      ended = true;
      lines?.close();
    },
  };

  function open(): Interface {
    const opened = createInterface({
      input: stdin,
      ...(options.isTty && { output: stdout }),
      terminal: options.isTty,
      history: [...history],
      removeHistoryDuplicates: true,
      prompt: options.prompt,
      completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
        options.complete(line).then(
          ({ candidates, word }) => done(null, [[...candidates], word]),
          () => done(null, [[], line]), // the line is run all the same, and says then what is wrong
        );
      },
    });
    opened.on('history', (typed) => {
      history = [...typed];
    });
    opened.on('line', (line) => {
      arrived.push(line);
      waiting?.();
    });
    opened.on('close', () => {
      if (opened !== lines) return;
      ended = true;
      waiting?.();
    });
    opened.on('SIGINT', () => {
      if (options.interrupt()) return;
      opened.write(null, { ctrl: true, name: 'u' });
      stdout.write('\n');
      opened.prompt();
    });
    return opened;
  }
}
