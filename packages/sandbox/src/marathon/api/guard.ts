import { isIPv4 } from 'node:net';

import type { FastifyRequest } from 'fastify';
import { refuseForeignHost, refuseOrigin } from 'ochopod-core/http-server';

/**
 * Keep browsers away from a server that starts programs.
 *
 * @param host what the server listens on; a name in `Host` must be right only where that is this machine
 * @throws {OchoError} `DENIED`
 */
export function refuseBrowsers({ headers }: FastifyRequest, host: string): void {
  refuseOrigin(headers.origin, `http://${headers.host}`);
  if (isLoopback(host)) refuseForeignHost(headers.host, (name) => name === host.toLowerCase(), 'Use its address');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
