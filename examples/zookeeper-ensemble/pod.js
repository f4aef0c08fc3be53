/**
 * One server of a ZooKeeper ensemble: three, five or more of them find each other and become one, grow, and survive the
 * loss of members. See README.md.
 *
 * @import { CallbackContext } from 'ochopod-agent'
 * @import { Member } from './ensemble.js'
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { definePod } from 'ochopod-agent';

import { ask, describe, metricsIn, modesOf, serves, untilDispensable, untilServing } from './ask.js';
import { configurationOf, listensAt, majority, membersOf, names, obstacleTo, predecessors } from './ensemble.js';

const JARS = ['/usr/share/java/zookeeper.jar', '/usr/share/java/slf4j-simple.jar'];
const SERVER_CLASS = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
const NEVER = 1_000_000;
/** Seconds that a server waits for the others at most, before it ends for a new configuration and before it starts. */
const [ENDING, STARTING] = [15, 60];

/**
 * The ensemble that this server was configured for last.
 *
 * @type {readonly Member[]}
 */
let ensemble = [];
/** @type {Member | undefined} */
let own;
let listens = { address: '0.0.0.0', client: 0 };
/**
 * Those of the ensemble that stay, this one left out, while the server is about to end only to start again.
 *
 * @type {readonly Member[] | undefined}
 */
let staying;

export default definePod({
  model: {
    // Never all at once: the others go on serving, and new servers come after those that hold the data.
    sequential: true,
    // The others must not go on without one that cannot be configured: what it holds may be missing then.
    configureAttempts: NEVER,
    damper: 2,
    grace: 2 * (ENDING + STARTING),
    checkEvery: 5,
    checks: 12,
    probeEvery: 5,
  },
  // A server reads who is in its ensemble when it starts.
  process: { strict: true, grace: ENDING + 10 },
  timeouts: { canConfigure: 10, configure: STARTING, configured: 5, tearDown: ENDING, sanityCheck: 5, probe: 5 },

  canConfigure: async (cluster, { settings, signal }) => {
    const members = membersOf(cluster.pods);
    const obstacle = obstacleTo(members, { minimum: read(settings).minimum, before: ensemble });
    if (obstacle !== undefined) throw new Error(obstacle);
    // The new majority and that of an ensemble which goes on elsewhere need not meet: both would take writes.
    const gone = without(ensemble, members);
    const modes = await modesOf(gone, signal);
    const left = gone.filter((_, index) => serves(modes[index]));
    if (left.length > 0) throw new Error(`${names(left)} left the cluster and still serves`);
    staying = without(ensemble, [...gone, ...(own === undefined ? [] : [own])]);
  },

  configure: async (cluster, { settings, signal, log }) => {
    staying = undefined;
    const { dataDir, tickTime, jvm } = read(settings);
    const members = membersOf(cluster.pods);
    const first = predecessors(members, cluster.seq);
    if (first.length > 0) {
      log.info(`waiting until ${majority(members.length)} of ${names(first)} serve`);
      await untilServing(majority(members.length), first, signal);
    }
    ensemble = members;
    own = members.find(({ seq }) => seq === cluster.seq);
    listens = listensAt(cluster);
    const file = join(dataDir, 'zoo.cfg');
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'myid'), `${own?.id}\n`);
    writeFileSync(file, configurationOf(cluster, { dataDir, tickTime }));
    const options = [...jvm, '-Dzookeeper.jmx.log4j.disable=true', '-cp', JARS.join(':')];
    return { command: ['java', ...options, SERVER_CLASS, file] };
  },

  // Those that depend on the ensemble are told of it after this.
  configured: async (_cluster, { signal }) => {
    if (own !== undefined) await untilServing(1, [own], signal);
  },

  tearDown: async (server, { signal }) => {
    if (staying !== undefined) await untilDispensable(staying, { size: ensemble.length, signal });
    server.kill('SIGTERM');
  },

  sanityCheck: async (_server, { signal }) => {
    const { mode, text } = await ask({ host: hostOf(listens.address), port: listens.client }, signal);
    if (mode === 'silent') throw new Error('the server does not answer');
    return { mode, ...metricsIn(text) };
  },

  probe: async (cluster, { signal }) => describe(await modesOf(membersOf(cluster.pods), signal)),

  signaled: (payload) => {
    if (JSON.stringify(payload) !== '{"accept":"loss"}') throw new Error('knows only {"accept": "loss"}');
    ensemble = [];
    return { accepted: 'loss' };
  },
});

/**
 * @param {readonly Member[]} members
 * @param {readonly Member[]} others
 */
function without(members, others) {
  return members.filter(({ seq }) => !others.some((other) => other.seq === seq));
}

/**
 * The `settings` of the deploy file.
 *
 * @param {CallbackContext['settings']} settings
 */
function read(settings) {
  const { minimum = 3, tickTime = 2000, jvm = ['-Xmx512m'], dataDir = inSandbox() } = settings;
  if (!Number.isInteger(minimum) || !Number.isInteger(tickTime)) throw new Error('minimum, tickTime: whole numbers');
  if (typeof dataDir !== 'string' || !Array.isArray(jvm)) throw new Error('dataDir: a path; jvm: a list of options');
  return { minimum: Number(minimum), tickTime: Number(tickTime), dataDir, jvm: jvm.map(String) };
}

/** Mesos gives each task a directory, which stays however often the task starts its process. */
function inSandbox() {
  return join(process.env['MESOS_SANDBOX'] ?? process.cwd(), 'zookeeper');
}

/** @param {string} address */
function hostOf(address) {
  return address === '0.0.0.0' ? '127.0.0.1' : address;
}
