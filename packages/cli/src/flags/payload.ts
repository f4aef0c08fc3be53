import { messageOf, OchoError } from 'ochopod-core';

/** @throws {OchoError} `INVALID_INPUT` */
export function parseJsonPayload(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError(`the payload is not JSON: ${messageOf(cause)}`, {
      code: 'INVALID_INPUT',
      hint: `Quote it for the shell, and strings for JSON: --payload '"text"'.`,
      cause,
    });
  }
}
