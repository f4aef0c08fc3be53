import type { ErrorCode } from 'ochopod-core';

/** What each failure means to a client of Marathon. */
export const HTTP_STATUS = {
  DENIED: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  FENCED: 409,
  TOO_LARGE: 413,
  INVALID_INPUT: 422,
  POD_REFUSED: 500,
  POD_FAILED: 500,
  POD_DEAD: 500,
  PARTIAL_FAILURE: 500,
  TIMEOUT: 503,
  UNREACHABLE: 503,
  SESSION_LOST: 503,
  INTERRUPTED: 503,
} as const satisfies Record<ErrorCode, number>;
