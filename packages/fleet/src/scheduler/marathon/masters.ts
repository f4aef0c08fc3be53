import { OchoError } from 'ochopod-core';

/** One of the addresses that Marathon answers at: `https://host:8443/service/marathon`, without a slash at its end. */
export type Master = string;

const BARE = /^[\w.-]+(:\d{1,5})?$|^\[[\da-fA-F:.]+\](:\d{1,5})?$/;

/**
 * Read a list of masters: `host:port,host:port`, each with `http://` or `https://` and a path before the API if it has
 * any. The port of an address without scheme is 8080.
 *
 * @throws {OchoError} `INVALID_INPUT` naming the entry that cannot be used; its credentials are not repeated
 */
export function parseMasters(list: string): readonly Master[] {
  const entries = list.split(',').map((entry) => entry.trim());
  const masters = entries.filter(Boolean).map(parseMaster);
  if (masters.length > 0) return masters;
  throw new OchoError('no Marathon given', { code: 'INVALID_INPUT', hint: 'Name it as host:port,host:port.' });
}

function parseMaster(entry: string): Master {
  const url = urlOf(entry);
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new OchoError(`"${entry.replace(/\/\/[^/]*@/, '//***@')}" is no address of a Marathon`, {
      code: 'INVALID_INPUT',
      hint: 'Write host:port, or http(s)://host:port/path.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new OchoError(`the address of the Marathon at ${url.host} holds credentials`, {
      code: 'INVALID_INPUT',
      hint: 'Give them apart from the address: whatever is in it ends up in logs.',
    });
  }
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function urlOf(entry: string): URL | undefined {
  const isBare = BARE.test(entry);
  const port = /:\d+$/.test(entry) ? '' : ':8080';
  const text = isBare ? `http://${entry}${port}` : entry;
  return URL.canParse(text) ? new URL(text) : undefined;
}
