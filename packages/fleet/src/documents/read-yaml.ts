import { compose } from './compose.ts';
import { Locator } from './locate.ts';
import type { Located, LocatedMap } from './located.ts';
import { type Checked, type Finding, type Position, type Problem, problemAt, problemText, sorted } from './problem.ts';

const MAX_BYTES = 1_048_576;
/** Who broke a file in more places will not read them all. */
const MAX_PROBLEMS = 100;

/** What a file turned out to hold, as far as that can be said, and everything that is wrong with it as YAML. */
export interface Reading {
  /** Nothing when it is no map that names could be looked up in. */
  readonly map: LocatedMap | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Read a file that holds one YAML map. Never throws: whatever it is, there is a map or there are problems.
 *
 * With problems in its syntax there is no map: what it means would be a guess.
 */
export function readYaml(content: Uint8Array, file: string): Reading {
  const start: Position = { file, line: 1, column: 1 };
  if (content.byteLength > MAX_BYTES) return refused(start, { message: 'larger than 1 MB' });
  const text = new TextDecoder().decode(content);
  const unfit = unfitCharacters(text, file);
  if (unfit.length > 0) return { map: undefined, problems: unfit };
  const { composed, problems } = compose(text, file);
  if (composed === undefined || problems.length > 0) return { map: undefined, problems: bounded(problems) };
  const locator = new Locator(composed);
  const root = locator.locate(composed.document.contents, start);
  return { map: root.kind === 'map' ? root : undefined, problems: bounded([...locator.problems, ...noMap(root)]) };
}

/** The value, unless there are problems; they are sorted, and not more than anybody reads. */
export function checked<T>(value: T | undefined, problems: readonly Problem[]): Checked<T> {
  if (value !== undefined && problems.length === 0) return { ok: true, value };
  return { ok: false, problems: bounded(problems) };
}

/** Each once: several rules may find the same fault. */
function bounded(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(problems.map((problem) => [problemText(problem), problem]));
  return sorted([...byText.values()]).slice(0, MAX_PROBLEMS);
}

function noMap(root: Located): Problem[] {
  if (root.kind === 'map') return [];
  const isEmpty = root.kind === 'scalar' && root.value === null;
  const message = isEmpty ? 'the file is empty' : 'must hold names and their values';
  return [problemAt(root.at, { message, hint: 'Write `name: value` on each line.' })];
}

/** Neither text in another encoding nor bytes that are none: nobody could see what they stand for. */
function unfitCharacters(text: string, file: string): Problem[] {
  const at = text.search(UNFIT);
  if (at === -1) return [];
  const before = text.slice(0, at).split('\n');
  const position = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  if (text[at] === '\uFFFD') return [problemAt(position, { message: 'not UTF-8', hint: 'Save the file as UTF-8.' })];
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return [problemAt(position, { message: `the control character U+${code}`, hint: 'Remove it, or write an escape.' })];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those that it looks for
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;

function refused(at: Position, finding: Finding): Reading {
  return { map: undefined, problems: [problemAt(at, finding)] };
}
