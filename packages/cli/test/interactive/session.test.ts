import { OchoError } from 'ochopod-core';
import { ManualClock } from 'ochopod-core/testing';
import { FakePods, FakeScheduler } from 'ochopod-fleet/testing';
import { expect, test } from 'vitest';

import type { CliContext, LineOptions } from '../../src/context.ts';
import { completeLine } from '../../src/interactive/complete-line.ts';
import { runSession } from '../../src/interactive/session.ts';
import { createPrinter } from '../../src/io/printer.ts';
import { noSandboxes } from '../support/fake-sandboxes.ts';

test('runs line after line until the input ends, leaving out blanks and comments', async () => {
  const session = await play(['on a.b', '', '  # a comment', 'off a.b -i 1']);

  expect(session).toMatchObject({
    ran: [
      ['on', 'a.b'],
      ['off', 'a.b', '-i', '1'],
    ],
    code: 0,
  });
});

test('ends a script at its first failure, with its exit code', async () => {
  expect(await play(['on a.b', 'fails', 'off a.b'])).toMatchObject({ ran: [['on', 'a.b'], ['fails']], code: 5 });
});

test('goes on after a failure on a terminal, and remembers what was typed', async () => {
  const session = await play(['fails', 'on a.b', 'exit', 'off a.b'], { isTty: true });

  expect(session).toMatchObject({ ran: [['fails'], ['on', 'a.b']], code: 0, remembered: ['fails', 'on a.b'] });
});

test('suggests what was probably meant, and runs nothing', async () => {
  const session = await play(['onn a.b']);

  expect(session).toMatchObject({ ran: [], code: 2 });
  expect(session.err).toContain('Did you mean on?');
});

test('explains a command with help, and with --help after it', async () => {
  expect((await play(['help on', 'on --help'])).helped).toEqual([['on'], ['on']]);
});

test('says what is wrong with a line that cannot be split', async () => {
  expect(await play(["on 'a.b"])).toMatchObject({ ran: [], code: 2, err: "error: the line ends inside '\n" });
});

test('Ctrl-C stops the command that runs, and only that', async () => {
  const session = await play(['hangs', 'on a.b'], { isTty: true, interrupts: true });

  expect(session).toMatchObject({ ran: [['hangs'], ['on', 'a.b']], code: 0 });
});

test('commands in two words are found by both', async () => {
  const { ran, helped, err } = await play(['sandbox up --name x', 'sandbox down --help', 'sandbox upp'], {
    isTty: true,
  });

  expect(ran).toEqual([['sandbox up', '--name', 'x']]);
  expect(helped).toEqual([['sandbox', 'down']]);
  expect(err).toBe('error: there is no command sandbox upp\nhint: Did you mean sandbox up?\n');
});

test('does not offer a name that a terminal would obey', async () => {
  const commands = [{ id: 'ls', summary: '', flags: [], takesClusters: true }];
  const clusters = async () => ['demo.web', 'demo.\u001B]0;owned\u0007'];

  expect(await completeLine('ls demo', { commands, own: [], clusters })).toEqual({
    word: 'demo',
    candidates: ['demo.web '],
  });
});

test('asks on a terminal, and takes the answer for no line', async () => {
  expect(await play(['asks', 'on a.b'], { isTty: true })).toMatchObject({
    ran: [['asks'], ['on', 'a.b']],
    aside: ['really?'],
  });
});

test('asks nobody in a script', async () => {
  expect(await play(['asks'])).toMatchObject({ ran: [['asks']], aside: [], code: 2 });
});

async function asks(io: CliContext['io'], signal: AbortSignal): Promise<number> {
  return (await io.confirm?.('really?', signal)) === true ? 0 : 2;
}

interface PlayOptions {
  readonly isTty?: boolean;
  readonly interrupts?: boolean;
}

async function play(lines: readonly string[], { isTty = false, interrupts = false }: PlayOptions = {}) {
  const seen = {
    ran: [] as string[][],
    helped: [] as string[][],
    remembered: [] as string[],
    aside: [] as string[],
    err: '',
  };
  let isAside = false;
  const left = [...lines];
  let interrupt: LineOptions['interrupt'] = () => false;
  const aside = async <T>(work: () => Promise<T>): Promise<T> => {
    isAside = true;
    return work().finally(() => {
      isAside = false;
    });
  };
  const put = (text: string) => {
    seen.err += text;
  };
  const stream = { isTty, colors: false, ...createPrinter({ isTty, masks: true, put }), taken: async () => {} };
  const context: CliContext = {
    io: {
      ...{
        out: stream,
        err: stream,
        status: () => {},
        neverWait: () => {},
        lost: new AbortController().signal,
        setExitCode: () => {},
        confirm: async (question: string) => {
          if (isAside) seen.aside.push(question);
          return true;
        },
      },
      input: {
        isTty,
        open: (options) => {
          interrupt = options.interrupt;
          return { next: async () => left.shift(), aside, close: () => {} };
        },
      },
    },
    clock: new ManualClock(),
    wallTime: () => 0,
    files: { read: async () => Buffer.of(), isFile: async () => false, tail: async () => {} },
    history: { load: async () => [], append: async (line) => void seen.remembered.push(line) },
    pods: new FakePods(new ManualClock()),
    registryOf: () => ({
      listPods: async () => ({ pods: [], clusters: [], problems: [] }),
      whoLeads: async () => ({ is: 'nobody' }),
      watch: () => {},
    }),
    schedulerOf: () => new FakeScheduler(),
    sandboxes: noSandboxes(),
    signal: new AbortController().signal,
    endsInOrder: () => ({ told: new AbortController().signal, insisted: new AbortController().signal }),
    close: async () => {},
  };
  const commands = ['on', 'off', 'fails', 'hangs', 'asks', 'sandbox up', 'sandbox down'].map((id) => ({
    ...{ id, summary: '', flags: [], takesClusters: false },
  }));
  const code = await runSession({
    context,
    vocabulary: { commands, clusters: async () => [] },
    help: async (about) => void seen.helped.push([...about]),
    run: async (id, argv, { signal, io }) => {
      seen.ran.push([id, ...argv]);
      if (id === 'asks') return asks(io, signal);
      if (id !== 'hangs') return id === 'fails' ? 5 : 0;
      const stopped = new Promise<number>((resolve) => {
        signal.addEventListener('abort', () => resolve(signal.reason instanceof OchoError ? 130 : 1));
      });
      if (interrupts) expect(interrupt()).toBe(true);
      return stopped;
    },
  });
  return { ...seen, code };
}
