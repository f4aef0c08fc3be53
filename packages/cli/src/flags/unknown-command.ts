import { nearest } from 'ochopod-fleet/words';

export interface UnknownCommand {
  /** What of the line names no command: `depoly`, or `sandbox lgos` where the first word is right. */
  readonly typed: string;
  readonly meant: string | undefined;
}

/**
 * Tell what of a line is wrong, and what was probably meant; words that follow a command are no part of its name.
 *
 * @param ids the commands as they are typed: `on`, `sandbox up`
 */
export function unknownCommand(words: readonly string[], ids: readonly string[]): UnknownCommand {
  const [first = '', second] = words;
  const firsts = [...new Set(ids.map((id) => id.replace(/ .*/, '')))];
  const isTopic = ids.some((id) => id.startsWith(`${first} `));
  if (!isTopic || second === undefined) return { typed: first, meant: nearest(first, firsts) };
  const seconds = ids.filter((id) => id.startsWith(`${first} `)).map((id) => id.slice(first.length + 1));
  const meant = nearest(second, seconds);
  return { typed: `${first} ${second}`, meant: meant === undefined ? undefined : `${first} ${meant}` };
}
