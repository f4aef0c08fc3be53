import http from 'node:http';

import { isOchoError, OchoError } from '../errors.ts';
import { hostAndPort, isAddress } from '../host-and-port.ts';
import { boundInterimAnswers } from '../interim-answers.ts';
import { onAbort } from '../waiting/on-abort.ts';
import type { ByteBudget } from './byte-budget.ts';

/** Answers up to here are read without asking for room: nearly all are shorter. */
const SMALL_BYTES = 16 * 1024;

export interface Request {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In pieces, which are sent as they are and not copied into one. */
  readonly body?: readonly Uint8Array[];
  /** Told when the last of it is on its way. */
  readonly onSent?: () => void;
  /** The longest answer that is read, in bytes. */
  readonly limit: number;
}

export interface Response {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface Target {
  readonly agent: http.Agent;
  /** What long answers may take up together. */
  readonly budget: ByteBudget;
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
export function post(target: Target, request: Request, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => {
      if (signal.aborted) reject(signal.reason);
      else reject(isOchoError(cause, 'TOO_LARGE') ? endless(target, cause) : unreachable(target, cause));
    };
    const sent = open(target, request);
    if (sent instanceof Error) return failed(sent);
    // Not the option `signal`, which costs as much as the rest of the request.
    const forget = onAbort(signal, () => sent.destroy());
    sent.on('close', forget);
    sent.on('error', (cause: NodeJS.ErrnoException) => {
      // Most likely the pod closed a kept-alive connection just as we took it up, and read nothing of the request.
      if (sent.reusedSocket && cause.code === 'ECONNRESET' && !signal.aborted) resolve(post(target, request, signal));
      else failed(cause);
    });
    sent.on('response', (answer) => {
      const { statusCode: status = 0, headers } = answer;
      read(answer, { ...target, path: request.path, limit: request.limit }, signal).then(
        (body) => resolve({ status, headers, body }),
        (error) => (error instanceof OchoError ? reject(error) : failed(error)),
      );
    });
    for (const piece of request.body ?? []) sent.write(piece);
    sent.end(request.onSent);
    if (signal.aborted) sent.destroy();
  });
}

interface Reading extends Target {
  readonly path: string;
  readonly limit: number;
}

/** Leaving the loop early closes the connection: what else would come is not even received. */
async function read(answer: http.IncomingMessage, reading: Reading, signal: AbortSignal): Promise<string> {
  const { budget, limit } = reading;
  const chunks: Buffer[] = [];
  let size = 0;
  let giveBack = () => {};
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const before = size;
      size += chunk.length;
      if (size > limit) throw tooLong(reading);
      if (before <= SMALL_BYTES && size > SMALL_BYTES) giveBack = await budget.take(limit, signal);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    giveBack();
  }
}

function tooLong({ who, path, limit }: Reading): OchoError {
  return new OchoError(`${who} answers more than ${limit / 1024} kB to ${path}`, {
    code: 'TOO_LARGE',
    hint: 'No agent says that much: look what answers at its address.',
  });
}

function open({ agent, host, port }: Target, { path, headers, body }: Request): http.ClientRequest | Error {
  if (!isAddress(host)) return new Error('not an address');
  const length = (body ?? []).reduce((sum, piece) => sum + piece.length, 0);
  // Not one URL: taking that apart again costs more than the rest.
  return boundInterimAnswers(
    http.request({
      agent,
      host,
      port,
      path,
      method: 'POST',
      headers: { ...headers, 'content-length': String(length) },
    }),
  );
}

function endless({ who }: Target, cause: OchoError): OchoError {
  const { message, code, hint } = cause;
  return new OchoError(`${who}: ${message}`, { code, cause, ...(hint !== undefined && { hint }) });
}

function unreachable({ who, host, port }: Target, cause: Error): OchoError {
  const { code = cause.message } = cause as NodeJS.ErrnoException;
  return new OchoError(`${who} cannot be reached at http://${hostAndPort(host, port)} (${code})`, {
    code: 'UNREACHABLE',
    cause,
    hint: 'Look whether its container still runs, and whether that address can be reached from here.',
  });
}
