/** What others may write wherever they can: it names the window, clears it, turns the writing round, and forges a row. */
export const EVIL = '\u001B]0;owned\u0007\u001B[31m\u009B2J\u202Eab\u2066\u200B\r\nFORGED row\nFORGED\t1/1';

// biome-ignore lint/suspicious/noControlCharactersInRegex: which is what it looks for
const OBEYED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/;

/** What of a text a terminal would obey, or take for a line of ours; nothing, if all is well. */
export function obeyed(text: string): readonly string[] {
  return text.split('\n').filter((line) => OBEYED.test(line) || line.startsWith('FORGED'));
}
