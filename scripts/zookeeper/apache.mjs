/** How Apache's server is run: its program, its arguments, its configuration. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {import('./server.mjs').Place} Place */

const JARS = '/usr/share/java';
export const SERVER_JAR = join(JARS, 'zookeeper.jar');
/** Writes the log to stderr, which goes to a file: the package's own logging wants `/var/log`. */
const LOGGING_JAR = join(JARS, 'slf4j-simple.jar');
const SERVER_CLASS = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
const JVM_OPTIONS = [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  // What tests write need not survive a power cut.
  '-Dzookeeper.forceSync=no',
  '-Dzookeeper.preAllocSize=1024',
  '-Dzookeeper.jmx.log4j.disable=true',
  '-Dzookeeper.extendedTypesEnabled=true',
  // Containers and znodes with a time to live are looked at this often, in milliseconds; else once a minute.
  '-Dznode.container.checkIntervalMs=200',
  // Votes that were lost are sent again, each time after twice as long: up to a minute, unless told.
  '-Dzookeeper.fastleader.maxNotificationInterval=1000',
];

/**
 * @typedef {object} Member of an ensemble, as its peers know it
 * @property {number} id
 * @property {number} quorum port at which followers reach it when it leads
 * @property {number} election port at which it is reached for votes
 */

/**
 * Apache's own.
 *
 * @param {Place} place
 */
export function apacheServer({ port, directory, tickTime }) {
  return runApache(directory, configuration(port, directory, tickTime));
}

/**
 * Apache's own as one of an ensemble.
 *
 * @param {number} id
 * @param {readonly Member[]} members
 * @returns {(place: Place) => string[]}
 */
export function memberOf(id, members) {
  return ({ port, directory, tickTime }) => {
    writeFileSync(join(directory, 'data', 'myid'), String(id));
    return runApache(directory, [
      ...configuration(port, directory, tickTime),
      // In ticks: how long a member may take to catch up, and how long not to be heard of.
      'initLimit=50',
      'syncLimit=5',
      ...members.map((member) => `server.${member.id}=127.0.0.1:${member.quorum}:${member.election}`),
    ]);
  };
}

/**
 * @param {string} directory
 * @param {readonly string[]} lines of its configuration
 */
function runApache(directory, lines) {
  const file = join(directory, 'zoo.cfg');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return ['java', ...JVM_OPTIONS, '-cp', [SERVER_JAR, LOGGING_JAR].join(':'), SERVER_CLASS, file];
}

/**
 * @param {number} port
 * @param {string} directory
 * @param {number} tickTime
 */
function configuration(port, directory, tickTime) {
  return [
    `dataDir=${join(directory, 'data')}`,
    `clientPort=${port}`,
    'clientPortAddress=127.0.0.1',
    `tickTime=${tickTime}`,
    `minSessionTimeout=${2 * tickTime}`,
    'maxSessionTimeout=60000',
    'maxClientCnxns=0',
    'admin.enableServer=false',
    '4lw.commands.whitelist=*',
  ];
}
