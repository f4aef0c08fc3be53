import { PLAIN_TEXT, UNSEEN_CHARACTERS } from './visible.ts';

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
