import { OchoError } from 'ochopod-core';

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(?:Z|\+00:?00)$/;

/**
 * A version as it is kept, with three decimals, of one as it was sent.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is no time
 */
export function parseVersion(text: string): string {
  const [, seconds, decimals = ''] = ISO.exec(text) ?? [];
  if (seconds !== undefined) return `${seconds}.${decimals.padEnd(3, '0')}Z`;
  const message = `Invalid timestamp provided '${text}'. Expecting ISO-8601 datetime string.`;
  throw new OchoError(message, { code: 'INVALID_INPUT' });
}
