import { visible } from 'ochopod-core';

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
