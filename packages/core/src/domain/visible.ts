/**
 * What a terminal obeys, and what nobody sees: controls (C0, DEL, C1), separators of lines and paragraphs, what turns the
 * direction of writing, what has no width, halves of characters. What makes one picture of several characters stays.
 */
export const UNSEEN_CHARACTERS =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier})\uFE0F|(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)\u200D(?=\p{Extended_Pictographic})|([\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB])/gu;
/** Nothing to do for nearly all texts. */
export const PLAIN_TEXT = /^[ -~]*$/;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text in which only letters, signs and blanks are left: `\n`, `\t`, `\x1b`, `\u202e` in place of all else. */
export function visible(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return text.replaceAll(UNSEEN_CHARACTERS, (found, unseen: string | undefined) =>
    unseen === undefined ? found : escaped(unseen),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return NAMED[character] ?? `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
