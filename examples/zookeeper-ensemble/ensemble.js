/**
 * What an ensemble is made of, and which changes of it are safe. Nothing in here does anything: it decides.
 *
 * @import { ClusterView, Registration } from 'ochopod-agent'
 */

/** Ports inside the container: for clients, for followers, and for elections. */
const PORTS = { client: 2181, quorum: 2888, election: 3888 };

/** ZooKeeper keeps the server's id in one byte of what it makes up, and the highest one is taken. */
const IDS = 254;

/**
 * A server of the ensemble, as the others reach it.
 *
 * @typedef {object} Member
 * @property {number} seq of its pod
 * @property {number} id what ZooKeeper calls `myid`
 * @property {string} ip
 * @property {number} client
 * @property {number} quorum
 * @property {number} election
 */

/**
 * The servers of a cluster, in the order in which they are configured.
 *
 * @param {ClusterView['pods']} pods
 * @returns {Member[]}
 * @throws when one of them does not expose a port that it must
 */
export function membersOf(pods) {
  return Object.values(pods)
    .map(memberOf)
    .sort((left, right) => left.seq - right.seq);
}

/**
 * @param {Registration} registration
 * @returns {Member}
 */
function memberOf({ seq = 0, ip, ports }) {
  const mapped = (/** @type {number} */ port) => {
    const host = ports[port];
    if (host === undefined) throw new Error(`#${seq} does not expose port ${port}`);
    return host;
  };
  const { client, quorum, election } = PORTS;
  return { seq, id: (seq % IDS) + 1, ip, client: mapped(client), quorum: mapped(quorum), election: mapped(election) };
}

/** @param {number} size of an ensemble */
export const majority = (size) => Math.floor(size / 2) + 1;

/**
 * Why these may not become the ensemble.
 *
 * @param {readonly Member[]} members
 * @param {{ minimum: number, before: readonly Member[] }} rules `before`: the ensemble that this server belongs to so far
 * @returns {string | undefined}
 */
export function obstacleTo(members, { minimum, before }) {
  const { length: size } = members;
  if (size < minimum) return `needs ${minimum} servers, there are ${size}`;
  // An even number fails as easily as one less, and mostly means that a pod is on its way or about to be replaced.
  if (size % 2 === 0) return `needs an odd number of servers, there are ${size}`;
  if (new Set(members.map(({ id }) => id)).size < size) return `two of ${names(members)} would have the same id`;
  const left = before.filter(({ seq }) => members.some((member) => member.seq === seq));
  if (before.length === 0 || left.length >= majority(before.length)) return undefined;
  // What the lost ones agreed on, the others may never have heard of.
  return `only ${names(left)} of the ${before.length} servers that hold the data are left: ${LOSS}`;
}

/** What to do about it. */
const LOSS = `bring the others back, or accept that writes are lost: ocho signal --payload '{"accept": "loss"}'`;

/**
 * Who has to serve before this server may start: those before it, if they could. Servers are configured in the order of
 * seq, so those that hold the data come first. New, empty ones must not make up a majority with some of them while others
 * know more.
 *
 * @param {readonly Member[]} members
 * @param {number} seq of this server
 * @returns {readonly Member[]}
 */
export function predecessors(members, seq) {
  const before = members.filter((member) => member.seq < seq);
  return before.length >= majority(members.length) ? before : [];
}

/** @param {readonly Member[]} members */
export const names = (members) => members.map(({ seq }) => `#${seq}`).join(', ');

/**
 * Where this server listens. In a network of its own that is not where others reach it: then it names no address, because
 * servers with a higher id would call back at the one that it names.
 *
 * @param {ClusterView} cluster
 */
export function listensAt(cluster) {
  const own = cluster.pods[cluster.key];
  const shares = own?.['network'] === 'host' || own?.['local'] === 'true';
  const { client, quorum, election } = PORTS;
  return {
    address: shares ? own.ip : '0.0.0.0',
    client: cluster.listenPort(client),
    quorum: cluster.listenPort(quorum),
    election: cluster.listenPort(election),
  };
}

/**
 * The server's configuration file: others are reached where their ports are mapped to, this one listens where it is.
 *
 * @param {ClusterView} cluster
 * @param {{ dataDir: string, tickTime: number }} options
 */
export function configurationOf(cluster, { dataDir, tickTime }) {
  const { address, client, quorum, election } = listensAt(cluster);
  const servers = membersOf(cluster.pods).map((member) => {
    const isOwn = member.seq === cluster.seq;
    const at = isOwn ? `${address}:${quorum}:${election}` : `${member.ip}:${member.quorum}:${member.election}`;
    return `server.${member.id}=${at}`;
  });
  return [
    ...servers,
    `clientPort=${client}`,
    `clientPortAddress=${address}`,
    `dataDir=${dataDir}`,
    `tickTime=${tickTime}`,
    'initLimit=10',
    'syncLimit=5',
    'autopurge.purgeInterval=1',
    'admin.enableServer=false',
    '4lw.commands.whitelist=srvr,mntr,ruok',
    '',
  ].join('\n');
}
