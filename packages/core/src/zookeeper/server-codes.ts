import { type ErrorCode, OchoError } from '../errors.ts';

/** Error codes of the protocol that mean something to us; there are more, and there will be. */
export const SERVER_CODES = {
  CONNECTION_LOSS: -4,
  NO_NODE: -101,
  NODE_EXISTS: -110,
} as const;

/** Not the server's: it closed the connection whenever it got this request. */
export const HUNG_UP_ON = 1;

interface Meaning {
  readonly code: ErrorCode;
  readonly because: string;
  readonly hint?: string;
}

const MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [HUNG_UP_ON, { code: 'TOO_LARGE', because: 'the server closes the connection over it', hint: 'Keep less in it.' }],
  [-8, { code: 'INVALID_INPUT', because: 'the server does not take it' }],
  [-101, { code: 'NOT_FOUND', because: 'there is no such znode' }],
  [-102, { code: 'DENIED', because: 'its ACL does not let us', hint: 'Check the credentials for ZooKeeper.' }],
  [-103, { code: 'CONFLICT', because: 'it is at another version' }],
  [-108, { code: 'CONFLICT', because: 'an ephemeral znode has no children' }],
  [-110, { code: 'CONFLICT', because: 'it exists already' }],
  [-111, { code: 'CONFLICT', because: 'it has children' }],
  [-112, { code: 'SESSION_LOST', because: 'the session has expired' }],
  [-115, { code: 'DENIED', because: 'the server does not know us', hint: 'Check the credentials for ZooKeeper.' }],
  [-119, { code: 'DENIED', because: 'the server is read-only for now' }],
  [-125, { code: 'TOO_LARGE', because: 'it is over its quota', hint: 'Raise the quota, or keep less below it.' }],
]);

/** What the server said to a request, as it came. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';
  readonly serverCode: number;

  constructor(serverCode: number) {
    super(`ZooKeeper error ${serverCode}`);
    this.serverCode = serverCode;
  }
}

export function isRefusal(error: unknown, serverCode: number): boolean {
  return error instanceof ServerRefusal && error.serverCode === serverCode;
}

/** Say it in our words: `failed` for refusals of the server, anything else as it is. */
export function inOurWords(error: unknown, path: string, step?: number): unknown {
  if (!(error instanceof ServerRefusal)) return error;
  const { serverCode } = error;
  const { code, because, hint }: Meaning = MEANINGS.get(serverCode) ?? {
    code: 'UNREACHABLE',
    because: `ZooKeeper refused with error ${serverCode}`,
  };
  const details = { path, serverCode, ...(step === undefined ? {} : { step }) };
  return new OchoError(`${path}: ${because}`, { code, cause: error, details, ...(hint === undefined ? {} : { hint }) });
}
