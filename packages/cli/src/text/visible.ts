import { PLAIN_TEXT, UNSEEN_CHARACTERS, visible } from 'ochopod-core';

/** Colours and the like: `ESC[1;31m`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: which is what it is about
const COLORS = /(\u001B\[[\d;:]{0,40}m)/;

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
  if (PLAIN_TEXT.test(text)) return text;
  return text.replaceAll(UNSEEN_CHARACTERS, (found, unseen: string | undefined) =>
    unseen === undefined || unseen === '\n' ? found : utf16(found),
  );
}

function utf16(text: string): string {
  const units = text.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
