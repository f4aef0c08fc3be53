import http from 'node:http';
import { isIPv4 } from 'node:net';

import { OchoError } from '../errors.ts';

/** Longest answer that is read; a log or the output of a tool may be large, memory is not. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

export interface Request {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In pieces, which are sent as they are and not copied into one. */
  readonly body?: readonly Uint8Array[];
  /** Told when the last of it is on its way. */
  readonly onSent?: () => void;
}

export interface Response {
  readonly status: number;
  readonly body: string;
}

interface Target {
  readonly agent: http.Agent;
  readonly host: string;
  readonly port: number;
  /** For messages: `marathon.web #3`. */
  readonly who: string;
}

/**
 * Send one request and read its whole answer, whatever the status.
 *
 * Over a kept-alive connection that breaks before the answer it is sent once more: what must not be done twice needs a
 * connection of its own.
 *
 * @throws {OchoError} `UNREACHABLE` when the connection fails, `TOO_LARGE` when the answer is
 * @throws `signal.reason`
 */
export function post(target: Target, message: Request, signal: AbortSignal): Promise<Response> {
  const { path, headers = {}, body = [], onSent } = message;
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => reject(signal.aborted ? signal.reason : unreachable(target, cause));
    const again = () => post(target, message, signal);
    const request = open(target, { path, headers, length: body.reduce((sum, piece) => sum + piece.length, 0) });
    if (request instanceof Error) return failed(request);
    // Not the option `signal`, which costs as much as the rest of the request.
    const onAbort = () => request.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('close', () => signal.removeEventListener('abort', onAbort));
    request.on('error', (cause: NodeJS.ErrnoException) => {
      // Most likely the pod closed a kept-alive connection just as we took it up, and read nothing of the request.
      if (request.reusedSocket && cause.code === 'ECONNRESET' && !signal.aborted) resolve(again());
      else failed(cause);
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= MAX_ANSWER_BYTES) return;
        reject(
          new OchoError(`${target.who} answers more than ${MAX_ANSWER_BYTES} bytes to ${path}`, { code: 'TOO_LARGE' }),
        );
        response.destroy();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', failed);
    });
    for (const piece of body) request.write(piece);
    request.end(onSent);
    if (signal.aborted) onAbort();
  });
}

interface Opening {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
}

/** What a pod registered as its address is whatever it said: an IPv4 address or a host name, one hopes. */
const isAddress = (host: string): boolean => isIPv4(host) || /^(?=.*[a-z])[\w.-]+$/i.test(host);

function open({ agent, host, port }: Target, { path, headers, length }: Opening): http.ClientRequest | Error {
  if (!isAddress(host)) return new Error('not an address');
  // Not one URL: taking that apart again costs more than the rest.
  return http.request({
    agent,
    host,
    port,
    path,
    method: 'POST',
    headers: { ...headers, 'content-length': String(length) },
  });
}

function unreachable({ who, host, port }: Target, cause: Error): OchoError {
  const { code = cause.message } = cause as NodeJS.ErrnoException;
  return new OchoError(`${who} cannot be reached at http://${host}:${port} (${code})`, {
    code: 'UNREACHABLE',
    cause,
    hint: 'Look whether its container still runs, and whether that address can be reached from here.',
  });
}
