import { type ErrorCode, isOchoError, OchoError } from 'ochopod-core';

export interface Listener {
  /** Who wanted to listen. */
  readonly what: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
}

const CODES: Readonly<Record<string, { readonly code: ErrorCode; readonly because: string }>> = {
  EADDRINUSE: { code: 'CONFLICT', because: 'something else listens there' },
  EACCES: { code: 'DENIED', because: 'the system does not let us' },
  EADDRNOTAVAIL: { code: 'INVALID_INPUT', because: 'this machine has no such address' },
  ENOTFOUND: { code: 'INVALID_INPUT', because: 'there is no such address' },
};

/** Why a server could not listen, in our words; anything else stays what it is. */
export function listenFailure(error: unknown, { what, host = '127.0.0.1', port }: Listener): unknown {
  if (isOchoError(error)) return error;
  const known = CODES[(error as NodeJS.ErrnoException).code ?? ''];
  if (known === undefined) return error;
  const where = port === undefined ? host : `${host}:${port}`;
  return new OchoError(`${what} cannot listen on ${where}: ${known.because}`, {
    code: known.code,
    hint: 'Leave the port out, and a free one is taken; or name an address of this machine.',
    cause: error,
  });
}
