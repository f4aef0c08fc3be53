/** One server as a process: started, awaited, frozen, ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

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

/** @implements {ZooKeeper} */
export class Server {
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
