/** What an author has to say, in characters of JSON: `ocho` and other peers read no answer that is much longer. */
const MOST_CHARACTERS = 64 * 1024;

/**
 * What a callback returned, as JSON says it: it is kept and shown to everybody who asks.
 *
 * @throws what JSON says of a value that it cannot say, and `Error` when it is too long or says nothing
 */
export function authorsJson(returned: unknown): string {
  const text = JSON.stringify(returned) as string | undefined;
  if (text === undefined) throw new Error('JSON has no word for it');
  if (text.length > MOST_CHARACTERS) {
    throw new Error(`it has ${text.length} characters as JSON, more than ${MOST_CHARACTERS}`);
  }
  return text;
}
