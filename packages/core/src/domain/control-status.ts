import { ERROR_CODES, type ErrorCode } from '../errors.ts';

/** What each failure is at the control port. 406 and 410 are Ochopod's own dialect: old peers know nothing else. */
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

/**
 * What a status means when the body does not say: old agents answer `{}`, and what answers may be a proxy. A bare 409 is
 * no order to step down: a leader believes in a newer one only when a pod says so.
 */
const MEANINGS: Readonly<Record<number, ErrorCode>> = {
  400: 'INVALID_INPUT',
  401: 'DENIED',
  403: 'DENIED',
  404: 'NOT_FOUND',
  405: 'INVALID_INPUT',
  406: 'POD_REFUSED',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  410: 'POD_DEAD',
  413: 'TOO_LARGE',
  429: 'UNREACHABLE',
  431: 'TOO_LARGE',
  503: 'UNREACHABLE',
};

/**
 * Tell what went wrong from a pod's answer.
 *
 * @param code what the body says, from whoever it comes: it counts where it is a code of ours and has this status
 */
export function errorCodeOf(status: number, code: unknown): ErrorCode {
  const said = ERROR_CODES.find((known) => known === code);
  return said !== undefined && HTTP_STATUS[said] === status ? said : (MEANINGS[status] ?? 'POD_FAILED');
}
