import { type ErrorCode, hostAndPort, isOchoError, OchoError } from 'ochopod-core';

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

/** What the system calls it when listening fails; of reading and writing files much the same is told. */
const OF_LISTENING = ['listen', 'bind', 'getaddrinfo'];

/** Why a server could not listen, in our words, be it told by the system or by the server; all else stays what it is. */
export function listenFailure(error: unknown, { what, host = '127.0.0.1', port }: Listener): unknown {
  const { syscall = '', code = '' } = ((isOchoError(error) ? error.cause : error) ?? {}) as NodeJS.ErrnoException;
  const known = OF_LISTENING.includes(syscall) ? CODES[code] : undefined;
  if (known === undefined) return error;
  const where = port === undefined ? host : hostAndPort(host, port);
  return new OchoError(`${what} cannot listen on ${where}: ${known.because}`, {
    code: known.code,
    hint: 'Leave the port out, and a free one is taken; or name an address of this machine.',
    cause: error,
  });
}
