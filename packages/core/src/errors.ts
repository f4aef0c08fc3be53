/**
 * Every way an operation can fail on purpose. Adding a code makes the CLI's
 * exit-code table and the agent's HTTP table fail to compile until both say
 * what it means at their edge.
 *
 * - `INVALID_INPUT`: what somebody wrote, sent or stored cannot be used as it is
 * - `TOO_LARGE`: it exceeds a documented limit
 * - `NOT_FOUND`: nothing has that name
 * - `CONFLICT`: somebody else changed it first
 * - `DENIED`: the other side knows us not, or does not let us
 * - `POD_REFUSED`: the pod understood and said no
 * - `POD_FAILED`: a callback or tool of the pod threw
 * - `POD_DEAD`: the pod is shut down for good
 * - `FENCED`: the order came from a leader that another one has replaced
 * - `PARTIAL_FAILURE`: some targets did, some did not
 * - `TIMEOUT`: not done in time
 * - `UNREACHABLE`: nobody answered at that address
 * - `SESSION_LOST`: ZooKeeper gave up on us, or we on it
 * - `INTERRUPTED`: told to stop before the end
 */
export const ERROR_CODES = [
  'INVALID_INPUT',
  'TOO_LARGE',
  'NOT_FOUND',
  'CONFLICT',
  'DENIED',
  'POD_REFUSED',
  'POD_FAILED',
  'POD_DEAD',
  'FENCED',
  'PARTIAL_FAILURE',
  'TIMEOUT',
  'UNREACHABLE',
  'SESSION_LOST',
  'INTERRUPTED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface OchoErrorOptions extends ErrorOptions {
  readonly code: ErrorCode;
  /** What the operator can do next, as one imperative sentence. */
  readonly hint?: string;
  /** The same as data, where the words are those of whoever shows it. */
  readonly advice?: ErrorAdvice;
  /** Facts worth logging and printing with `--json`; never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What to do, and the facts that it takes. */
export interface ErrorAdvice {
  readonly to: string;
  readonly [fact: string]: unknown;
}

/** The one error type for everything that is expected to go wrong; anything else that is thrown is a bug. */
export class OchoError extends Error {
  override readonly name = 'OchoError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly advice: ErrorAdvice | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, { code, hint, advice, details = {}, ...options }: OchoErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.advice = advice;
    this.details = details;
  }
}

/** Narrow an unknown failure, optionally to some codes; survives two copies of this package in one process. */
export function isOchoError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  ...codes: C[]
): error is OchoError & { code: C } {
  if (!(error instanceof Error) || error.name !== 'OchoError') return false;
  return codes.length === 0 || codes.includes((error as OchoError).code as C);
}

/** What to tell a person about any failure, expected or not, also of what cannot be made a text. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something that cannot be put into words';
  }
}

/** Whatever was thrown, as an error: authors may throw anything. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that does not want to be looked at.
  }
  return new Error(messageOf(thrown));
}

/**
 * Whatever one pod's data makes us throw is that pod's failure and nobody else's. What is no failure on purpose stays
 * recognisable: see `bugBehind`.
 *
 * @param who the pod, as it is shown
 */
export function failureOf(who: string, error: unknown): OchoError {
  if (isOchoError(error)) return error;
  const cause = asError(error);
  return new OchoError(`${who}: what it says cannot be worked with (${messageOf(error)})`, {
    code: 'POD_FAILED',
    hint: 'That is a bug: please report it, with what the pod registered and answers.',
    details: { unexpected: true },
    cause,
  });
}

/** The bug that a pod provoked, whose stack somebody should see; nothing behind a failure on purpose. */
export function bugBehind({ cause, details }: OchoError): Error | undefined {
  const { unexpected } = details;
  return unexpected === true && cause instanceof Error ? cause : undefined;
}
