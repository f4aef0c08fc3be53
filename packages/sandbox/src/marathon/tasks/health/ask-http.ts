import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { boundInterimAnswers, type Clock } from 'ochopod-core';

export interface HttpQuestion {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Of what is answered beyond the head nothing is read but what a server needs to have sent. */
const BODY_LIMIT = 64 * 1024;
const BODY_MS = 1000;

/**
 * Ask with GET, on a connection of its own; redirections are an answer, certificates are not checked.
 *
 * @returns the status; also 101, where the other side would go on in another protocol
 */
export function askHttp({ isSecure, host, port, path, clock, signal }: HttpQuestion): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host, port, path, signal, agent: false, headers: { accept: '*/*', connection: 'close' } };
    const request = boundInterimAnswers(
      isSecure ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options),
    );
    request.once('error', reject);
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(101);
    });
    request.once('response', (response) => {
      letFinish(response, clock);
      resolve(response.statusCode ?? 0);
    });
    request.end();
  });
}

/** A body may be endless, and come as slowly as it likes. */
function letFinish(response: IncomingMessage, clock: Clock): void {
  const ended = new AbortController();
  let read = 0;
  response.on('error', () => {}); // the head is all that counts
  response.once('close', () => ended.abort());
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > BODY_LIMIT) response.destroy();
  });
  clock.sleep(BODY_MS, ended.signal).then(
    () => response.destroy(),
    () => {}, // it ended by itself
  );
}
