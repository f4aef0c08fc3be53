import { isOchoError, messageOf, OchoError, splitWords } from 'ochopod-core';

import type { CliContext, Io, LineReader } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { unknownCommand } from '../flags/unknown-command.ts';
import { type CommandWords, commandOf, completeLine, type Vocabulary } from './complete-line.ts';

const OWN_WORDS = ['help', 'exit', 'quit'] as const;

export interface SessionDeps {
  readonly context: CliContext;
  readonly vocabulary: Omit<Vocabulary, 'own'>;
  /** Run one of the commands; failures have been shown when it resolves. @returns its exit code */
  run(id: string, argv: readonly string[], context: CliContext): Promise<number>;
  help(words: readonly string[]): Promise<void>;
}

/**
 * Read commands and run them until the input ends.
 *
 * On a terminal a failure is just shown; a script on standard input ends at its first failure.
 *
 * @returns the exit code of the session
 */
export async function runSession(deps: SessionDeps): Promise<number> {
  const { context, vocabulary } = deps;
  const { input } = context.io;
  let running: AbortController | undefined;
  const lines = input.open({
    prompt: 'ocho> ',
    history: (await context.history.load()).toReversed(),
    complete: (line) => completeLine(line, { ...vocabulary, own: OWN_WORDS }),
    interrupt: () => {
      running?.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));
      return running !== undefined;
    },
  });
  const asking = { ...deps, context: { ...context, io: { ...context.io, confirm: confirmAside(context, lines) } } };
  // Told to end while it waits for a line.
  const leave = () => lines.close();
  context.signal.addEventListener('abort', leave, { once: true });
  const take = async (line: string): Promise<number> => {
    if (isBlank(line)) return 0;
    if (input.isTty) await context.history.append(line);
    running = new AbortController();
    const code = await runLine(asking, line, running.signal);
    running = undefined;
    return code;
  };
  try {
    for (;;) {
      const line = await lines.next();
      if (context.signal.aborted) return EXIT_CODES.INTERRUPTED;
      if (line === undefined || isEnd(line)) return 0;
      const code = await take(line);
      if (endsSession(code, context)) return code;
    }
  } finally {
    context.signal.removeEventListener('abort', leave);
    lines.close();
  }
}

/** In a script nobody is asked; what answers a question is no line. */
function confirmAside({ io: { input, confirm } }: CliContext, lines: LineReader): Io['confirm'] {
  if (!input.isTty || confirm === undefined) return undefined;
  return (question, signal) => lines.aside(() => confirm(question, signal));
}

function isBlank(line: string): boolean {
  return line.trim() === '' || line.trimStart().startsWith('#');
}

function endsSession(code: number, { signal, io }: CliContext): boolean {
  return signal.aborted || (code !== 0 && !io.input.isTty);
}

async function runLine(deps: SessionDeps, line: string, interrupted: AbortSignal): Promise<number> {
  const { context } = deps;
  try {
    const words = splitWords(line);
    const [first = '', ...after] = words;
    const known = commandOf(words, deps.vocabulary.commands);
    if (first === 'help' || asksForHelp(after)) {
      await deps.help(first === 'help' ? after : (known?.command.id.split(' ') ?? [first]));
      return 0;
    }
    if (known === undefined) return unknown(context, words, deps.vocabulary.commands);
    const io = { ...context.io, setExitCode: () => {} };
    const signal = AbortSignal.any([context.signal, interrupted]);
    return await deps.run(known.command.id, known.rest, { ...context, io, signal });
  } catch (error) {
    if (!isOchoError(error)) throw error;
    context.io.err.line(`error: ${messageOf(error)}`);
    return EXIT_CODES[error.code];
  }
}

function unknown({ io }: CliContext, words: readonly string[], commands: readonly CommandWords[]): number {
  const { typed, meant } = unknownCommand(words, [...commands.map(({ id }) => id), ...OWN_WORDS]);
  io.err.line(`error: there is no command ${typed}`);
  io.err.line(`hint: ${meant === undefined ? 'Type help.' : `Did you mean ${meant}?`}`);
  return EXIT_CODES.INVALID_INPUT;
}

function isEnd(line: string): boolean {
  return ['exit', 'quit'].includes(line.trim());
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
}
