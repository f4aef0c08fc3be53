import { badRequest } from './failures.ts';

/**
 * Read JSON, if there is any: clients say that they send it also where they send nothing.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is none
 */
export function readJson(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest('Invalid JSON', (error as Error).message);
  }
}

/** @throws {OchoError} `INVALID_INPUT` when nothing was sent */
export function requireBody(body: unknown): unknown {
  if (body === undefined) throw badRequest('Invalid JSON', 'No content to map due to end-of-input');
  return body;
}
