#!/usr/bin/env node
/**
 * The main job in a minute: three backends and two webs that depend on them find each other on a real ZooKeeper, and
 * `ocho` looks at them, adds one and kills the leader. Everything runs on loopback and is gone afterwards.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { installZooKeeper, startZooKeeper } from './zookeeper.mjs';

const ROOT = join(import.meta.dirname, '..');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');
const OCHOPOD = join(ROOT, 'packages', 'agent', 'bin', 'ochopod.js');
const WAIT_MS = 30_000;

const installed = installZooKeeper();
if (!installed.available) {
  console.error(`The demo needs a ZooKeeper: ${installed.because}.`);
  console.error("Install Java and Debian's package zookeeper, and run it again.");
  process.exit(1);
}

/** @type {import('node:child_process').ChildProcess[]} */
const agents = [];
const zookeeper = await startZooKeeper();
const environment = { ...process.env, OCHOPOD_ZK: `127.0.0.1:${zookeeper.port}` };
let code = 0;
try {
  await play();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  code = 1;
} finally {
  await Promise.all(agents.map(end));
  await zookeeper.stop();
}
process.exit(code);

async function play() {
  say('three pods of "backend" and two of "web", which depends on it, are started at once');
  for (let pod = 0; pod < 3; pod += 1) await start('backend');
  for (let pod = 0; pod < 2; pod += 1) await start('web');
  await until({ 'demo.backend': 3, 'demo.web': 2 });
  show('ls');
  show('grep', 'demo.*');

  say('a fourth backend joins: both clusters are configured again, and no process is restarted that need not be');
  await start('backend');
  await until({ 'demo.backend': 4, 'demo.web': 2 });
  show('port', '9000', 'demo.backend');

  say('the leader of the backends is killed: another pod takes over');
  const leader = leaderOf('demo.backend');
  show('kill', 'demo.backend', '-i', leader);
  await until({ 'demo.backend': 3, 'demo.web': 2 });
  show('grep', 'demo.backend');
  show('log', 'demo.web', '-i', '0', '-n', '4');

  say('that was it; `npx ocho help` and `npx ochopod --help` tell more');
}

/** @param {string} cluster */
async function start(cluster) {
  const [control, service] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [OCHOPOD, 'run', join(ROOT, 'examples', `${cluster}.js`)], {
    env: {
      ...process.env,
      ochopod_local: 'true',
      ochopod_namespace: 'demo',
      ochopod_cluster: cluster,
      ochopod_port: String(control),
      ochopod_zk: `127.0.0.1:${zookeeper.port}`,
      ...(cluster === 'backend' && { PORT_9000: String(service) }),
    },
    stdio: 'ignore',
  });
  agents.push(child);
}

/**
 * Wait until so many pods of each cluster run, and its leader has told their number or that of its dependency.
 *
 * @param {Record<string, number>} expected
 */
async function until(expected) {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const clusters = JSON.parse(ocho('ls', '-j').stdout || '{}');
    const [backends] = Object.values(expected);
    const settled =
      Object.entries(expected).every(([name, running]) => clusters[name]?.running === running) &&
      clusters['demo.backend'].status === `${backends} backends` &&
      clusters['demo.web'].status.split(',').length === backends;
    if (settled) return;
    if (performance.now() > deadline) throw new Error(`the demo got stuck: ${JSON.stringify(clusters)}`);
    await sleep(100);
  }
}

/** @param {string} cluster */
function leaderOf(cluster) {
  const pods = JSON.parse(ocho('grep', cluster, '-j').stdout);
  const [leader = ''] = Object.keys(pods).filter((pod) => pods[pod].state === 'leader');
  return leader.split('#')[1] ?? '';
}

/** @param {string} what */
function say(what) {
  console.log(`\n# ${what}`);
}

/** @param {string[]} args */
function show(...args) {
  console.log(`\n$ npx ocho ${args.join(' ')}`);
  const { stdout, stderr, status } = ocho(...args, ...(['kill', 'log'].includes(args[0] ?? '') ? [] : ['-o', 'table']));
  process.stdout.write(`${stdout}${stderr}`);
  if (status !== 0) throw new Error(`ocho ${args.join(' ')} ended with ${status}`);
}

/** @param {string[]} args */
function ocho(...args) {
  return spawnSync(process.execPath, [OCHO, ...args], { env: environment, encoding: 'utf8' });
}

/** @param {import('node:child_process').ChildProcess} agent */
async function end(agent) {
  if (agent.exitCode !== null) return;
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGTERM');
  await ended;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
