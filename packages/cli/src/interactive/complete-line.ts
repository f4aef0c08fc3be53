import type { Completion } from '../context.ts';

/** What completion knows about one command. */
export interface CommandWords {
  readonly id: string;
  readonly summary: string;
  readonly flags: readonly string[];
  readonly takesClusters: boolean;
}

export interface Vocabulary {
  readonly commands: readonly CommandWords[];
  /** Words that the session itself understands. */
  readonly own: readonly string[];
  clusters(): Promise<readonly string[]>;
}

/** Complete the last word of a line: a command, one of its flags, or a cluster. */
export async function completeLine(line: string, vocabulary: Vocabulary): Promise<Completion> {
  const words = line.trimStart().split(/\s+/);
  const word = words.at(-1) ?? '';
  const candidates = await candidatesFor(words, vocabulary);
  return { word, candidates: candidates.filter((each) => each.startsWith(word)).map((each) => `${each} `) };
}

async function candidatesFor(words: readonly string[], vocabulary: Vocabulary): Promise<readonly string[]> {
  const ids = vocabulary.commands.map(({ id }) => id);
  const [first, ...rest] = words;
  if (rest.length === 0) return [...ids, ...vocabulary.own];
  if (first === 'help') return ids;
  const command = vocabulary.commands.find(({ id }) => id === first);
  if (command === undefined) return [];
  if (rest.at(-1)?.startsWith('-')) return command.flags.map((flag) => `--${flag}`);
  return command.takesClusters ? vocabulary.clusters() : [];
}
