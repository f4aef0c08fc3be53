#!/usr/bin/env node
/**
 * The real ZooKeeper server, for tests and for trying things out: Debian's package, on loopback, in a directory of
 * its own. `node scripts/zookeeper.mjs` installs it when it is missing, starts one and prints its address.
 */
import { fileURLToPath } from 'node:url';

import { apacheServer, memberOf } from './zookeeper/apache.mjs';
import { installZooKeeper, zookeeperAvailable } from './zookeeper/availability.mjs';
import { freePort, freePorts } from './zookeeper/ports.mjs';
import { Server } from './zookeeper/server.mjs';

export { installZooKeeper, zookeeperAvailable };

/** @typedef {import('./zookeeper/server.mjs').Place} Place where a server runs */
/** @typedef {import('./zookeeper/server.mjs').ZooKeeper} ZooKeeper */
/** @typedef {import('./zookeeper/apache.mjs').Member} Member */

/**
 * @typedef {object} StartOptions
 * @property {number | undefined} [port] a free one unless told
 * @property {string} [dataDir] kept at the end when it is given
 * @property {number} [tickTime] in milliseconds; the shortest session is two of them. 200 unless told
 * @property {(place: Place) => string[]} [program] another server that is to run instead, and its arguments
 */

/**
 * Start a server on loopback and wait until it serves.
 *
 * @param {StartOptions} [options]
 * @returns {Promise<ZooKeeper>}
 */
export async function startZooKeeper({ port, dataDir, tickTime = 200, program = apacheServer } = {}) {
  const server = new Server({ port: port ?? (await freePort()), tickTime, program }, dataDir);
  await server.start();
  return server;
}

/**
 * @typedef {object} EnsembleOptions
 * @property {number} [size] 3 unless told
 * @property {number} [tickTime] in milliseconds; 200 unless told
 * @property {(port: number, from: number, to: number) => Promise<number>} [way] where the server `from` reaches a port
 * of the server `to`: the port itself unless told
 */

/**
 * Start servers on loopback that are one ensemble, and wait until they serve.
 *
 * @param {EnsembleOptions} [options]
 * @returns {Promise<ZooKeeper[]>} in the order of their ids, which begin with 1
 */
export async function startEnsemble({ size = 3, tickTime = 200, way = async (port) => port } = {}) {
  const ports = await freePorts(3 * size);
  const members = Array.from({ length: size }, (_, at) => {
    const [quorum, election] = ports.slice(size + 2 * at);
    return { id: at + 1, quorum: Number(quorum), election: Number(election) };
  });
  const servers = await Promise.all(
    members.map(async ({ id }, at) => {
      const known = await Promise.all(members.map((member) => seenFrom(id, member, way)));
      return new Server({ port: Number(ports[at]), tickTime, program: memberOf(id, known) }, undefined);
    }),
  );
  const started = await Promise.allSettled(servers.map((server) => server.start()));
  const failure = started.find(({ status }) => status === 'rejected');
  if (failure === undefined) return servers;
  await Promise.all(servers.map((server) => server.stop()));
  throw /** @type {PromiseRejectedResult} */ (failure).reason;
}

/**
 * @param {number} id
 * @param {Member} member
 * @param {NonNullable<EnsembleOptions['way']>} way
 * @returns {Promise<Member>}
 */
async function seenFrom(id, member, way) {
  if (member.id === id) return member;
  const [quorum, election] = await Promise.all(
    [member.quorum, member.election].map((port) => way(port, id, member.id)),
  );
  return { id: member.id, quorum: Number(quorum), election: Number(election) };
}

async function main() {
  const availability = installZooKeeper();
  if (!availability.available) {
    console.error(`ZooKeeper cannot run here: ${availability.because}`);
    process.exitCode = 1;
    return;
  }
  const zookeeper = await startZooKeeper({ port: process.argv[2] === undefined ? undefined : Number(process.argv[2]) });
  console.log(`zk://127.0.0.1:${zookeeper.port}`);
  const told = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  await Promise.race([told, zookeeper.gone()]);
  await zookeeper.stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
