import { visible } from 'ochopod-core';
import type { Completion } from '../context.ts';

/** What completion knows about one command. */
export interface CommandWords {
  /** As it is typed: `on`, `sandbox up`. */
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

/** The command that a line begins with, and the words that are left for it. */
export function commandOf<C extends Pick<CommandWords, 'id'>>(
  words: readonly string[],
  commands: readonly C[],
): { readonly command: C; readonly rest: readonly string[] } | undefined {
  for (const [at] of words.entries()) {
    const id = words.slice(0, at + 1).join(' ');
    const command = commands.find((each) => each.id === id);
    if (command !== undefined) return { command, rest: words.slice(at + 1) };
  }
  return undefined;
}

async function candidatesFor(words: readonly string[], vocabulary: Vocabulary): Promise<readonly string[]> {
  const ids = vocabulary.commands.map(({ id }) => id);
  if (words.length === 1) return [...nextWords(ids, []), ...vocabulary.own];
  const [first, ...after] = words;
  if (first === 'help') return nextWords(ids, after.slice(0, -1));
  const known = commandOf(words.slice(0, -1), vocabulary.commands);
  if (known === undefined) return nextWords(ids, words.slice(0, -1));
  const { command } = known;
  if (words.at(-1)?.startsWith('-')) return command.flags.map((flag) => `--${flag}`);
  if (!command.takesClusters) return [];
  // Whoever reaches ZooKeeper names clusters, and the line editor writes candidates as they are.
  return (await vocabulary.clusters()).filter((name) => visible(name) === name);
}

/** What may follow these words in the name of a command. */
function nextWords(ids: readonly string[], words: readonly string[]): string[] {
  const begins = ids.map((id) => id.split(' ')).filter((id) => words.every((word, at) => id[at] === word));
  return [...new Set(begins.map((id) => id[words.length]))].filter((word) => word !== undefined);
}
