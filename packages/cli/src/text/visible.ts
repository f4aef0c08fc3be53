/**
 * What a terminal obeys, and what nobody sees: controls (C0, DEL, C1), separators of lines and paragraphs, what turns the
 * direction of writing, what has no width, halves of characters. What makes one picture of several characters stays.
 */
const UNSEEN =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier})\uFE0F|(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)\u200D(?=\p{Extended_Pictographic})|([\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB])/gu;
/** Colours and the like: `ESC[1;31m`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: which is what it is about
const COLORS = /(\u001B\[[\d;:]{0,40}m)/;
const PLAIN = /^[ -~]*$/;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text in which only letters, signs and blanks are left: `\n`, `\t`, `\x1b`, `\u202e` in place of all else. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(UNSEEN, (found, unseen: string | undefined) =>
    unseen === undefined ? found : escaped(unseen),
  );
}

/** The same for a line of text: tabs stay. */
export function visibleLine(text: string): string {
  return text.includes('\t') ? text.split('\t').map(visible).join('\t') : visible(text);
}

/** The same for lines that are ours: their ends stay. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleLine).join('\n');
}

/** The same, but colours stay as well, and end with their line. */
export function coloredLines(text: string): string {
  return text.split('\n').map(coloredLine).join('\n');
}

function coloredLine(line: string): string {
  const pieces = line.split(COLORS);
  if (pieces.length === 1) return visibleLine(line);
  // Every other piece is a colour.
  return `${pieces.map((piece, at) => (at % 2 === 1 ? piece : visibleLine(piece))).join('')}\u001B[0m`;
}

/** JSON of which no reader of bytes but a parser sees more than letters, signs and blanks; it parses to the same. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent) ?? 'null';
  if (PLAIN.test(text)) return text;
  return text.replaceAll(UNSEEN, (found, unseen: string | undefined) =>
    unseen === undefined || unseen === '\n' ? found : utf16(found),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return NAMED[character] ?? `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function utf16(text: string): string {
  const units = text.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
