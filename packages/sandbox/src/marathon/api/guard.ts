import { isIP, isIPv4 } from 'node:net';

import type { FastifyRequest } from 'fastify';
import { OchoError } from 'ochopod-core';

/**
 * Keep browsers away from a server that starts programs: a page of another site, and one whose name was made to point
 * to this machine.
 *
 * @param host what the server listens on; a name in `Host` must be right only where that is this machine
 * @throws {OchoError} `DENIED`
 */
export function refuseBrowsers({ headers }: FastifyRequest, host: string): void {
  const { host: authority, origin } = headers;
  if (origin !== undefined && origin !== `http://${authority}`) {
    throw new OchoError(`requests from pages of ${origin} are refused`, { code: 'DENIED' });
  }
  if (authority === undefined || !isLoopback(host)) return;
  const name = nameOf(authority);
  if (isIP(name) || name === 'localhost' || name === host.toLowerCase()) return;
  throw new OchoError(`requests to ${authority} are refused: it is not this server's name`, {
    code: 'DENIED',
    hint: 'Use its address',
  });
}

function nameOf(authority: string): string {
  return authority
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
