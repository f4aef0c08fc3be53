import { isIP } from 'node:net';

import { OchoError } from '../errors.ts';

/**
 * Keep pages of other sites away: a browser says where a page is from that sends a request.
 *
 * @param allowed the origin of our own pages, where there are any
 * @throws {OchoError} `DENIED`
 */
export function refuseOrigin(origin: string | undefined, allowed?: string): void {
  if (origin === undefined || origin === allowed) return;
  throw new OchoError(`requests from pages of ${origin} are refused`, { code: 'DENIED' });
}

/**
 * Keep pages away whose name was made to point to us, so that a browser takes us for their own server: who asks for us by
 * a name must use one of ours. Addresses, and `localhost`, lead nowhere else.
 *
 * @param authority what `Host` says; who says nothing is no browser
 * @param isOurs told a name in lower case
 * @throws {OchoError} `DENIED`
 */
export function refuseForeignHost(
  authority: string | undefined,
  isOurs: (name: string) => boolean,
  hint: string,
): void {
  if (authority === undefined) return;
  const name = nameOf(authority);
  if (isIP(name) || name === 'localhost' || isOurs(name)) return;
  throw new OchoError(`requests to ${authority} are refused: it is not this server's name. ${hint}`, {
    code: 'DENIED',
  });
}

function nameOf(authority: string): string {
  return authority
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}
