import { basename, join } from 'node:path';

import { Config } from '@oclif/core';
import { fnmatch, OchoError, qualified, settleOrAbort } from 'ochopod-core';
import { ManualClock, settle } from 'ochopod-core/testing';

import type { CliContext, Io, LineReader, Sandboxes } from '../../src/context.ts';
import { createPrinter } from '../../src/io/printer.ts';
import type { OchoCommand } from '../../src/ocho-command.ts';
// Loaded lazily by the code under test: loading it must not take time that the clock of a test knows nothing of.
import 'ochopod-core/control-client';
import '../../src/render/growing-table.ts';
import { FakePods, type FakeWorld } from 'ochopod-fleet/testing';

import { noSandboxes } from './fake-sandboxes.ts';

export interface RunOptions {
  readonly isTty?: boolean;
  readonly files?: Readonly<Record<string, string>>;
  /** Lines on standard input. */
  readonly input?: readonly string[];
  readonly signal?: AbortSignal;
  /** Hears what is written, and when. */
  readonly onWrite?: (text: string, atMs: number) => void;
  readonly clock?: ManualClock;
  readonly sandboxes?: Sandboxes;
  /** Somebody sits at the terminal, and answers questions so; to `silence` only in the end. */
  readonly answers?: 'yes' | 'no' | 'Ctrl-C' | 'silence';
  /** How long whoever is asked thinks about it. */
  readonly thinksMs?: number;
}

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
  readonly pods: FakePods;
  readonly questions: readonly string[];
}

/** Run `ocho` with the real parser and the real command; only the world is fake. */
export async function ocho(line: readonly string[], world: FakeWorld, options: RunOptions = {}): Promise<Ran> {
  const [id = '', ...argv] = line[0] === 'sandbox' ? [line.slice(0, 2).join('/'), ...line.slice(2)] : line;
  const written = { out: '', err: '' };
  const questions: string[] = [];
  const clock = options.clock ?? new ManualClock();
  const pods = new FakePods(clock);
  const context = fakeContext({ world, options, written, pods, clock, questions });
  const config = await testConfig();
  const Loaded = await loadCommand(id);
  const running = Loaded.runIn.call(Loaded as never, { argv: ['--zk', 'fake', ...argv], config, context });
  const code = await throughTime(running, clock);
  await settle();
  if (clock.pending > 0) throw new Error(`ocho ${line.join(' ')} left ${clock.pending} timers behind`);
  return { ...written, code, pods, questions };
}

/** The command line as somebody types it: words apart by blanks. */
export const words = (line: string): string[] => line.split(' ').filter(Boolean);

const COMMANDS = join(import.meta.dirname, '..', '..', 'src', 'commands');

async function loadCommand(id: string): Promise<typeof OchoCommand> {
  const { default: Loaded } = await import(/* @vite-ignore */ join(COMMANDS, `${id}.ts`));
  Loaded.id = id.replace('/', ':');
  return Loaded as typeof OchoCommand;
}

let loaded: Config | undefined;
async function testConfig(): Promise<Config> {
  loaded ??= await Config.load({
    root: import.meta.dirname,
    pjson: { name: 'ochopod-cli', version: '0.0.0', oclif: { bin: 'ocho', topicSeparator: ' ' } } as never,
    plugins: undefined as never,
  });
  return loaded;
}

/** Move time on for as long as the command waits for it. */
async function throughTime(running: Promise<number>, clock: ManualClock): Promise<number> {
  let over = false;
  const done = running.finally(() => {
    over = true;
  });
  done.catch(() => {}); // heard by the return below
  for (let seconds = 0; !over && seconds < 4000; seconds += 1) await clock.advance(250);
  return done;
}

interface Fakes {
  readonly world: FakeWorld;
  readonly options: RunOptions;
  readonly written: { out: string; err: string };
  readonly pods: FakePods;
  readonly clock: ManualClock;
  readonly questions: string[];
}

function fakeContext({ world, options, written, pods, clock, questions }: Fakes): CliContext {
  const isTty = options.isTty ?? false;
  const stream = (to: 'out' | 'err') => ({
    isTty,
    colors: false,
    ...createPrinter({
      isTty,
      masks: to === 'err',
      put: (text) => {
        written[to] += text;
        if (text !== '') options.onWrite?.(text, clock.now());
      },
    }),
    taken: async () => {},
  });
  return {
    io: {
      out: stream('out'),
      err: stream('err'),
      status: () => {},
      lost: new AbortController().signal,
      neverWait: () => {},
      setExitCode: () => {},
      input: { isTty, open: () => reader(options.input ?? []) },
      confirm:
        options.answers &&
        somebody(options.answers, { questions, thinks: (signal) => clock.sleep(options.thinksMs ?? 0, signal) }),
    },
    clock,
    wallTime: () => 0,
    files: {
      isFile: async (path) => options.files?.[path] !== undefined,
      read: async (path) => {
        const text = options.files?.[path];
        if (text === undefined) throw new OchoError(`cannot read ${basename(path)}`, { code: 'NOT_FOUND' });
        return Buffer.from(text);
      },
      tail: async (path, { lines, follow, onLines, signal }) => {
        const kept = options.files?.[path]?.split('\n').slice(0, -1) ?? [];
        onLines(lines === 0 ? [] : kept.slice(-lines));
        if (follow)
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    },
    history: { load: async () => [], append: async () => {} },
    pods,
    registryOf: () => ({
      listPods: async (patterns) => {
        if (world.outage !== undefined) throw world.outage;
        const wanted = (cluster: string) => patterns.some((pattern) => fnmatch(pattern)(cluster));
        const found = world.pods.filter(({ name }) => wanted(qualified(name)));
        const problems = (world.problems ?? []).filter(({ cluster }) => wanted(cluster));
        const known = [...found.map(({ name }) => qualified(name)), ...problems.map(({ cluster }) => cluster)];
        return {
          pods: found,
          problems,
          clusters: [...new Set([...known, ...(world.empty ?? []).filter(wanted)])],
          ...world.listing,
        };
      },
      whoLeads: async ({ cluster }) => {
        if (world.lock === undefined) throw new OchoError(`nobody looks into ${cluster}`, { code: 'UNREACHABLE' });
        return world.lock;
      },
      // Says nothing: whoever relies on being told alone is late.
      watch: () => {},
    }),
    schedulerOf: () => {
      if (world.scheduler === undefined) throw new Error('this world has no scheduler');
      return world.scheduler;
    },
    sandboxes: options.sandboxes ?? noSandboxes(),
    signal: options.signal ?? new AbortController().signal,
    endsInOrder: () => ({
      told: options.signal ?? new AbortController().signal,
      insisted: new AbortController().signal,
    }),
    close: async () => {},
  };
}

function reader(lines: readonly string[]): LineReader {
  const left = [...lines];
  return { next: async () => left.shift(), aside: (work) => work(), close: () => {} };
}

interface Somebody {
  readonly questions: string[];
  thinks(signal: AbortSignal): Promise<void>;
}

/** Whoever answers questions, and remembers them. */
function somebody(answer: NonNullable<RunOptions['answers']>, { questions, thinks }: Somebody): Io['confirm'] {
  return async (question, signal) => {
    questions.push(question);
    await thinks(signal);
    if (answer === 'Ctrl-C') throw new OchoError('interrupted', { code: 'INTERRUPTED' });
    if (answer === 'silence') await settleOrAbort([signal], () => {});
    return answer === 'yes';
  };
}
