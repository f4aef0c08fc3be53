import { OchoError } from '../errors.ts';

import { isTextDeeperThan } from './depth.ts';

/** Deeper than anything that is said between peers; what walks through a value calls itself once per level. */
const MAX_DEPTH = 64;

/**
 * Read JSON that somebody else wrote: no deeper than what may be walked through without a second thought. Its size is
 * bounded where it is read.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is not JSON, `TOO_LARGE` when it is nested more than `maxDepth` levels deep
 */
export function parseBoundedJson(text: string, { maxDepth = MAX_DEPTH }: { readonly maxDepth?: number } = {}): unknown {
  if (isTextDeeperThan(maxDepth, text)) {
    throw new OchoError(`it is nested more than ${maxDepth} levels deep`, { code: 'TOO_LARGE' });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError('it is not JSON', { code: 'INVALID_INPUT', cause });
  }
}
