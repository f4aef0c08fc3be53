import { isOchoError, OchoError } from '../errors.ts';
import { isPath } from './paths.ts';

/** Where an ensemble is, and as whom to go there. */
export interface ConnectionString {
  /** In the order that they were written. */
  readonly servers: readonly ServerAddress[];
  /** What every path goes below: `/kafka`; empty when there is none. */
  readonly chroot: string;
  /** `user:password` for digest authentication; never to be shown. */
  readonly credentials: string | undefined;
}

export interface ServerAddress {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 2181;
const SCHEME = 'zk://';
const EXAMPLE = 'Write it as zk://10.0.0.1:2181,10.0.0.2:2181/chroot; the port and the chroot may be left out.';

/**
 * Read `zk://[user:password@]host:port,host:port[/chroot]`, with or without its `zk://`.
 *
 * Blanks around servers do no harm, IPv6 addresses stand in brackets, the port is 2181 unless it is told. The password
 * is taken as it stands, up to the last `@` before the chroot.
 *
 * @throws {OchoError} `INVALID_INPUT`; the message does not show the password
 */
export function parseConnectionString(text: string): ConnectionString {
  try {
    return parse(text.trim());
  } catch (error) {
    if (!isOchoError(error)) throw error;
    throw new OchoError(`the ZooKeeper connection string "${redacted(text)}" cannot be used: ${error.message}`, {
      code: 'INVALID_INPUT',
      cause: error,
      hint: EXAMPLE,
    });
  }
}

function parse(text: string): ConnectionString {
  const rest = text.startsWith(SCHEME) ? text.slice(SCHEME.length) : text;
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const servers = authority.slice(at + 1).split(',');
  return {
    servers: servers.map((server, index) => parseServer(server.trim(), index + 1)),
    chroot: parseChroot(slash === -1 ? '' : rest.slice(slash)),
    credentials: at === -1 ? undefined : parseCredentials(authority.slice(0, at)),
  };
}

/** Problems name the server by its place: what is written there may be part of a password. */
function parseServer(text: string, place: number): ServerAddress {
  if (text === '') throw invalid(`server ${place} is empty`);
  const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([\w.-]+))(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) throw invalid(`server ${place} is not host:port, nor [IPv6 address]:port`);
  const port = Number(match?.[3] ?? DEFAULT_PORT);
  if (port < 1 || port > 65_535) throw invalid(`the port of server ${place} is not between 1 and 65535`);
  return { host, port };
}

function parseChroot(text: string): string {
  const chroot = text.trimEnd().replace(/\/$/, '');
  if (chroot !== '' && !isPath(chroot)) throw invalid('what follows the servers is no path in ZooKeeper');
  return chroot;
}

function parseCredentials(text: string): string {
  if (/^[^:]+:./s.test(text)) return text;
  throw invalid('what stands before the @ is not user:password');
}

function invalid(message: string): OchoError {
  return new OchoError(message, { code: 'INVALID_INPUT' });
}

function redacted(text: string): string {
  const at = text.lastIndexOf('@');
  if (at === -1) return text;
  return `${text.trimStart().startsWith(SCHEME) ? SCHEME : ''}***${text.slice(at)}`;
}
