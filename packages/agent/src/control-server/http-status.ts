import type { ErrorCode } from 'ochopod-core';

/** What each failure means to the leader and to operators. 406 and 410 are Ochopod's own dialect: keep them. */
export const HTTP_STATUS = {
  INVALID_INPUT: 400,
  DENIED: 403,
  NOT_FOUND: 404,
  POD_REFUSED: 406,
  TIMEOUT: 408,
  CONFLICT: 409,
  FENCED: 409,
  POD_DEAD: 410,
  TOO_LARGE: 413,
  POD_FAILED: 500,
  PARTIAL_FAILURE: 502,
  UNREACHABLE: 503,
  SESSION_LOST: 503,
  INTERRUPTED: 503,
} as const satisfies Record<ErrorCode, number>;
