import { badRequest } from './failures.ts';

/** What is read is walked by recursion afterwards; nothing that Marathon takes is nearly as deep. */
const DEEPEST = 100;

/**
 * Read JSON, if there is any: clients say that they send it also where they send nothing.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is none, or nested too deeply
 */
export function readJson(body: string): unknown {
  if (body === '') return undefined;
  const value = parsed(body);
  if (isDeeper(value, DEEPEST)) throw badRequest('Invalid JSON', `it is nested more than ${DEEPEST} levels deep`);
  return value;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest('Invalid JSON', (error as Error).message);
  }
}

function isDeeper(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** @throws {OchoError} `INVALID_INPUT` when nothing was sent */
export function requireBody(body: unknown): unknown {
  if (body === undefined) throw badRequest('Invalid JSON', 'No content to map due to end-of-input');
  return body;
}
