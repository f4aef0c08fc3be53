import { OchoError } from 'ochopod-core';

/**
 * Read a body as JSON, whatever its type was said to be.
 *
 * @returns `undefined` for an empty body
 * @throws {OchoError} `INVALID_INPUT` when it is not JSON
 */
export function parseJson(body: unknown): unknown {
  const text = Buffer.isBuffer(body) ? body.toString('utf8').trim() : '';
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError('the body is not JSON', { code: 'INVALID_INPUT', cause });
  }
}
