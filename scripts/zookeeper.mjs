#!/usr/bin/env node
/**
 * The real ZooKeeper server, for tests and for trying things out: Debian's package, on loopback, in a directory of
 * its own. `node scripts/zookeeper.mjs` installs it when it is missing, starts one and prints its address.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const JARS = '/usr/share/java';
const SERVER_JAR = join(JARS, 'zookeeper.jar');
/** Writes the log to stderr, which goes to a file: the package's own logging wants `/var/log`. */
const LOGGING_JAR = join(JARS, 'slf4j-simple.jar');
const SERVER_CLASS = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
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
 * @typedef {object} StartOptions
 * @property {number | undefined} [port] a free one unless told
 * @property {string} [dataDir] kept at the end when it is given
 * @property {number} [tickTime] in milliseconds; the shortest session is two of them. 200 unless told
 * @property {(place: Place) => string[]} [program] another server that is to run instead, and its arguments
 */

/** @typedef {{ port: number, directory: string, tickTime: number }} Place where a server runs */

/**
 * @typedef {object} ZooKeeper
 * @property {number} port
 * @property {number} pid of the server now running
 * @property {string} directory with its configuration, data and `zookeeper.log`
 * @property {() => Promise<void>} stop ends the server; a directory of its own is deleted
 * @property {() => Promise<void>} kill ends it as a crash would; `start` brings it back
 * @property {() => Promise<void>} start starts it again with the same data, on the same port
 * @property {() => void} wipe throws away what it has stored; not while it runs
 * @property {() => void} pause freezes it: connections stay, nothing is answered
 * @property {() => void} resume
 * @property {() => Promise<void>} gone resolves when the server now running has ended
 * @property {(word: string) => Promise<string>} fourLetterWord asks for `srvr`, `mntr`, `wchp`, `dump` ...
 */

/** @typedef {{ available: true } | { available: false, because: string }} Availability */

/**
 * Whether `startZooKeeper` can work here.
 *
 * @returns {Availability}
 */
export function zookeeperAvailable() {
  if (!existsSync(SERVER_JAR)) return { available: false, because: `there is no ${SERVER_JAR}` };
  if (spawnSync('java', ['-version']).status !== 0) return { available: false, because: 'there is no java' };
  return { available: true };
}

/**
 * Install Debian's package when the server is missing and this can be done.
 *
 * @returns {Availability}
 */
export function installZooKeeper() {
  const before = zookeeperAvailable();
  if (before.available) return before;
  const obstacle = obstacleToInstalling();
  if (obstacle !== undefined) return { available: false, because: `${before.because}, and ${obstacle}` };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'zookeeper']]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) return { available: false, because: `apt-get ${args.join(' ')} failed` };
  }
  return zookeeperAvailable();
}

/** @returns {string | undefined} */
function obstacleToInstalling() {
  if (process.getuid?.() !== 0) return 'only root can install it';
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is no apt-get to install it with';
  return undefined;
}

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
 * @typedef {object} Member of an ensemble, as its peers know it
 * @property {number} id
 * @property {number} quorum port at which followers reach it when it leads
 * @property {number} election port at which it is reached for votes
 */

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

/** @implements {ZooKeeper} */
class Server {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  #temporary;
  #command;

  /**
   * @param {{ port: number, tickTime: number, program: (place: Place) => string[] }} what
   * @param {string | undefined} dataDir
   */
  constructor({ port, tickTime, program }, dataDir) {
    this.port = port;
    this.#temporary = dataDir === undefined;
    this.directory = dataDir ?? mkdtempSync(join(tmpdir(), 'zookeeper-'));
    mkdirSync(join(this.directory, 'data'), { recursive: true });
    this.#command = program({ port, directory: this.directory, tickTime });
    this.pause = () => {
      this.#signal('SIGSTOP');
      untilStopped(this.pid);
    };
    this.resume = () => this.#signal('SIGCONT');
  }

  get pid() {
    return this.#process?.pid ?? 0;
  }

  async start() {
    if (this.#process !== undefined) throw new Error(`the server on port ${this.port} runs already`);
    const log = openSync(join(this.directory, 'zookeeper.log'), 'a');
    const [program = '', ...args] = this.#command;
    this.#process = spawn(program, args, { stdio: ['ignore', log, log], cwd: this.directory });
    closeSync(log);
    process.once('exit', this.#killNow);
    await this.#untilServing(this.#process);
  }

  async stop() {
    await this.#end('SIGTERM');
    if (this.#temporary) rmSync(this.directory, { recursive: true, force: true });
  }

  async kill() {
    await this.#end('SIGKILL');
  }

  wipe() {
    if (this.#process !== undefined) throw new Error(`the server on port ${this.port} runs`);
    const data = join(this.directory, 'data');
    // A member of an ensemble keeps its number.
    const stored = readdirSync(data).filter((name) => name !== 'myid');
    for (const name of stored) rmSync(join(data, name), { recursive: true });
  }

  async gone() {
    if (this.#process !== undefined && isRunning(this.#process)) await once(this.#process, 'exit');
  }

  /** @param {string} word */
  fourLetterWord(word) {
    return askFourLetterWord(this.port, word);
  }

  /** @param {NodeJS.Signals} signal */
  #signal(signal) {
    this.#process?.kill(signal);
  }

  #killNow = () => this.#signal('SIGKILL');

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const ending = this.#process;
    this.#process = undefined;
    process.removeListener('exit', this.#killNow);
    if (ending === undefined || !isRunning(ending)) return;
    const gone = once(ending, 'exit');
    // A paused process would sleep on the signal.
    ending.kill('SIGCONT');
    ending.kill(signal);
    const hard = setTimeout(() => ending.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(hard);
  }

  /** @param {import('node:child_process').ChildProcess} starting */
  async #untilServing(starting) {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline && isRunning(starting)) {
      // A starting server may take the connection and never answer on it.
      const answer = await askFourLetterWord(this.port, 'srvr', 200).catch(() => '');
      if (answer.includes('Mode:')) return;
      await sleep(30);
    }
    const log = readFileSync(join(this.directory, 'zookeeper.log'), 'utf8').split('\n');
    // Our own questions would be all that one sees.
    const said = log.filter((line) => !line.includes('Processing srvr command')).slice(-20);
    await this.#end('SIGKILL');
    throw new Error(`ZooKeeper did not start on port ${this.port}; the end of its log:\n${said.join('\n')}`);
  }
}

/**
 * Apache's own.
 *
 * @param {Place} place
 */
function apacheServer({ port, directory, tickTime }) {
  return runApache(directory, configuration(port, directory, tickTime));
}

/**
 * Apache's own as one of an ensemble.
 *
 * @param {number} id
 * @param {readonly Member[]} members
 * @returns {(place: Place) => string[]}
 */
function memberOf(id, members) {
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
 * The signal is on its way when it was sent: until each thread has got it, one may answer what is asked after that.
 *
 * @param {number} pid
 */
function untilStopped(pid) {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (threadStates(pid).some((state) => !/[TZX]/.test(state))) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not stop`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}

/** @param {number} pid */
function threadStates(pid) {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    } catch {
      return 'X'; // it has ended since
    }
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function isRunning(child) {
  return child.exitCode === null && child.signalCode === null;
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

/**
 * @param {number} port
 * @param {string} word
 * @param {number} timeoutMs
 * @returns {Promise<string>}
 */
async function askFourLetterWord(port, word, timeoutMs = 2_000) {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer to ${word}`)));
  socket.write(word);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** @returns {Promise<number>} */
async function freePort() {
  const [port = 0] = await freePorts(1);
  return port;
}

/**
 * @param {number} count
 * @returns {Promise<number[]>} each another one
 */
async function freePorts(count) {
  const listening = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(listening.map((server) => once(server, 'listening')));
  return listening.map((server) => {
    const address = server.address();
    server.close();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    return address.port;
  });
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
