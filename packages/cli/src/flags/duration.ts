import { OchoError } from 'ochopod-core';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Agents take at most this long for one request. */
const LONGEST_MS = 3_600_000;

/**
 * Read `90`, `90s`, `1.5m`, `500ms` or `1h` as milliseconds; a bare number is seconds.
 *
 * @param leastMs from how long on it is one; above 0 unless told
 * @throws {OchoError} `INVALID_INPUT`
 */
export function parseDuration(text: string, leastMs = Number.MIN_VALUE): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const ms = Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
  if (ms >= leastMs && ms <= LONGEST_MS) return ms;
  throw new OchoError(`"${text}" is no duration`, {
    code: 'INVALID_INPUT',
    hint: 'Write seconds, or a number with its unit, up to one hour: 90, 90s, 5m, 500ms.',
  });
}
