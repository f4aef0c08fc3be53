import http from 'node:http';

import { OchoError } from '../errors.ts';

/** Longest answer that is read; a log or the output of a tool may be large, memory is not. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

export interface Request {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Response {
  readonly status: number;
  readonly body: string;
}

interface Target {
  readonly agent: http.Agent;
  /** `http://10.0.0.7:31004` */
  readonly url: string;
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
export function post(
  { agent, url, who }: Target,
  { path, headers, body }: Request,
  signal: AbortSignal,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    // What a pod registered as its address is whatever it said.
    if (!URL.canParse(url)) return reject(unreachable({ who, url }, new Error('not an address')));
    const failed = (cause: Error) => reject(signal.aborted ? signal.reason : unreachable({ who, url }, cause));
    const again = () => post({ agent, url, who }, { path, ...(headers && { headers }), ...(body && { body }) }, signal);
    const length = { 'content-length': String(body?.length ?? 0) };
    const request = http.request(`${url}${path}`, {
      agent,
      method: 'POST',
      headers: { ...headers, ...length },
      signal,
    });
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
        reject(new OchoError(`${who} answers more than ${MAX_ANSWER_BYTES} bytes to ${path}`, { code: 'TOO_LARGE' }));
        response.destroy();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
      response.on('error', failed);
    });
    request.end(body);
  });
}

function unreachable({ who, url }: Pick<Target, 'who' | 'url'>, cause: Error): OchoError {
  const { code = cause.message } = cause as NodeJS.ErrnoException;
  return new OchoError(`${who} cannot be reached at ${url} (${code})`, {
    code: 'UNREACHABLE',
    cause,
    hint: 'Look whether its container still runs, and whether that address can be reached from here.',
  });
}
