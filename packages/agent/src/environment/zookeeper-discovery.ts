import { messageOf, OchoError } from 'ochopod-core';

export interface DiscoveryOptions {
  /** `ochopod_zk`. */
  readonly explicit: string | undefined;
  readonly local: boolean;
  readonly readText: (path: string) => Promise<string>;
}

/** Where ZooKeeper was found. */
export interface ZooKeeperServers {
  /** As it was said, with credentials and chroot: for the connection only. */
  readonly connect: string;
  /** Hosts and ports only: for everybody to see. */
  readonly hosts: string;
  /** Where that was said. */
  readonly source: string;
}

/** Files of DC/OS, and of a plain Mesos; what they say of a path is Mesos's own. */
const FILES = [
  { path: '/opt/mesosphere/etc/mesos-slave-common', pattern: /^\s*(?:export\s+)?MESOS_MASTER=["']?([^"'\s]*)/m },
  { path: '/opt/mesosphere/etc/mesos-slave', pattern: /^\s*(?:export\s+)?MESOS_MASTER=["']?([^"'\s]*)/m },
  { path: '/etc/mesos/zk', pattern: /^\s*(\S*)/ },
] as const;

/**
 * Find ZooKeeper: where `ochopod_zk` says, else where Mesos has its own. A source that says nothing usable is
 * passed over.
 *
 * @throws {OchoError} `INVALID_INPUT` naming every source that was tried, and why it did not do
 */
export async function findZooKeeper({ explicit, local, readText }: DiscoveryOptions): Promise<ZooKeeperServers> {
  const tried: string[] = [];
  if (explicit !== undefined) {
    const hosts = hostsOf(explicit);
    if (hosts !== undefined) return { connect: explicit, hosts, source: 'ochopod_zk' };
    tried.push('ochopod_zk holds no list of host:port');
  } else tried.push('ochopod_zk is not set');
  if (local) return { connect: '127.0.0.1:2181', hosts: '127.0.0.1:2181', source: 'ochopod_local' };
  for (const { path, pattern } of FILES) {
    const found = await readFrom(path, pattern, readText);
    if ('servers' in found) return { ...found.servers, source: path };
    tried.push(`${path} ${found.problem}`);
  }
  throw new OchoError(`ZooKeeper was not found: ${tried.join('; ')}`, {
    code: 'INVALID_INPUT',
    hint: 'Set ochopod_zk to zk://host:port,host:port.',
  });
}

type Found = { readonly servers: Omit<ZooKeeperServers, 'source'> } | { readonly problem: string };

async function readFrom(path: string, pattern: RegExp, readText: DiscoveryOptions['readText']): Promise<Found> {
  let content: string;
  try {
    content = await readText(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { problem: isMissing ? 'is not there' : `cannot be read (${messageOf(error)})` };
  }
  const url = pattern.exec(content)?.[1] ?? '';
  if (url === '') return { problem: 'does not name it' };
  const hosts = hostsOf(url);
  if (hosts === undefined) return { problem: 'holds no list of host:port' };
  return { servers: { connect: `${credentialsOf(url)}${hosts}`, hosts } };
}

const SCHEME = /^zk:\/\//;
const SERVER = /^([\w.-]+|\[[\da-fA-F:.]+(?:%[\w.-]+)?\])(:\d{1,5})?$/;

/** @returns `host:port,host:port` of a connection string; nothing when it is none */
function hostsOf(connection: string): string | undefined {
  const authority = authorityOf(connection);
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return hosts.every((host) => SERVER.test(host)) ? hosts.map(withPort).join(',') : undefined;
}

function credentialsOf(url: string): string {
  const authority = authorityOf(url);
  const at = authority.lastIndexOf('@');
  return at === -1 ? '' : `zk://${authority.slice(0, at + 1)}`;
}

/** What stands between the scheme and the path; a password may hold slashes. */
function authorityOf(connection: string): string {
  const rest = connection.replace(SCHEME, '');
  const end = rest.indexOf('/', rest.lastIndexOf('@') + 1);
  return end === -1 ? rest : rest.slice(0, end);
}

function withPort(host: string): string {
  return /:\d+$/.test(host.replace(/^\[.*\]/, '')) ? host : `${host}:2181`;
}
