import type { ErrorCode } from 'ochopod-core';

import type { Tally } from 'ochopod-fleet';

/** What each failure means to a shell script. */
export const EXIT_CODES = {
  INVALID_INPUT: 2,
  TOO_LARGE: 2,
  NOT_FOUND: 3,
  POD_REFUSED: 4,
  POD_FAILED: 4,
  POD_DEAD: 4,
  FENCED: 4,
  CONFLICT: 4,
  PARTIAL_FAILURE: 5,
  TIMEOUT: 6,
  UNREACHABLE: 7,
  SESSION_LOST: 7,
  DENIED: 8,
  INTERRUPTED: 130,
} as const satisfies Record<ErrorCode, number>;

/** A failure that nobody foresaw: a bug in ocho. */
export const UNEXPECTED_EXIT_CODE = 1;

/** What was asked for is done, and nobody could be told. */
export const UNWRITTEN_EXIT_CODE = 9;

/** What to say about each exit code; `ocho help exit-codes` prints it. */
export const EXIT_CODE_MEANINGS: Readonly<Record<number, string>> = {
  0: 'done, also when nothing had to change',
  1: 'a bug in ocho: please report the stack that it printed',
  2: 'wrong usage, or a question that was answered with no: nothing was attempted',
  3: 'nothing has that name: no such cluster, pod, port or tool',
  4: 'the pod said no, or is shut down for good',
  5: 'some did and some did not, or they failed for different reasons: the report tells which and why',
  6: 'not done in time',
  7: 'could not talk to the pods, to ZooKeeper or to the scheduler',
  8: 'not allowed: whom we talk to does not accept who we are',
  9: 'done, but the result could not be written: a full disk, a terminal that is gone',
  130: 'interrupted: Ctrl-C, SIGTERM, SIGHUP or another signal that ends programs',
};

export interface ConcludeOptions {
  /** Be content when at least one target did what it was asked to. */
  readonly allowPartial?: boolean;
}

/**
 * The exit code that tells the truth about many targets: 0 when all did, the cause's own code when none did and
 * there is one cause, 5 otherwise.
 */
export function exitCodeOf({ expected, failed }: Tally, { allowPartial = false }: ConcludeOptions = {}): number {
  if (failed.length === 0) return 0;
  if (failed.length < expected) return allowPartial ? 0 : EXIT_CODES.PARTIAL_FAILURE;
  const codes = new Set<number>(failed.map(({ error }) => EXIT_CODES[error.code]));
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : EXIT_CODES.PARTIAL_FAILURE;
}
