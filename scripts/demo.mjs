#!/usr/bin/env node
/**
 * The main job in a minute: three backends and two webs that depend on them find each other in a sandbox, and `ocho` looks
 * at them, adds one and kills the leader. Everything runs on loopback and is gone afterwards.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');
const OCHOPOD = join(ROOT, 'packages', 'agent', 'bin', 'ochopod.js');
const NAME = 'demo';
const WAIT_MS = 30_000;

/** @type {NodeJS.ProcessEnv} */
let environment = process.env;
let code = 0;
// Ctrl-C ends the demo in order; the sandbox has a session of its own, and does not hear of it.
const interrupted = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => interrupted.abort());
say('a sandbox: a ZooKeeper and a Marathon for this machine');
show('sandbox', 'up', '--detach', '--name', NAME);
try {
  await play();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  code = 1;
} finally {
  show('sandbox', 'down', '--name', NAME);
}
process.exit(code);

async function play() {
  environment = { ...process.env, ...JSON.parse(ocho('sandbox', 'env', '--name', NAME, '-j').stdout) };

  say('two applications: three pods of "backend" and two of "web", which depends on it');
  await post(application('backend', 3));
  await post(application('web', 2));
  await until({ 'demo.backend': 3, 'demo.web': 2 });
  show('ls');
  show('grep', 'demo.*');

  say('a fourth backend is wanted: both clusters are configured again, and no process is restarted that need not be');
  await put('/demo/backend', { instances: 4 });
  await until({ 'demo.backend': 4, 'demo.web': 2 });
  show('port', '9000', 'demo.backend');

  say('the leader of the backends is killed: another pod takes over');
  show('kill', 'demo.backend', '-i', leaderOf('demo.backend'));
  await until({ 'demo.backend': 3, 'demo.web': 2 });
  show('grep', 'demo.backend');
  show('log', 'demo.web', '-i', '0', '-n', '4');

  say('what runs where; then everything ends');
  show('sandbox', 'status', '--name', NAME);
  console.log('\nThat was it; `npx ocho help` and `npx ochopod --help` tell more.');
}

/**
 * What an image would run runs as a process of this machine; a port that is declared is mapped to a free one.
 *
 * @param {string} cluster
 * @param {number} instances
 */
function application(cluster, instances) {
  const script = join(ROOT, 'examples', `${cluster}.js`);
  return {
    id: `/demo/${cluster}`,
    instances,
    cpus: 0.1,
    mem: 64,
    cmd: `exec "${process.execPath}" "${OCHOPOD}" run "${script}"`,
    env: { ochopod_namespace: 'demo', ochopod_cluster: cluster },
    portDefinitions: cluster === 'backend' ? [{ port: 8080 }, { port: 9000 }] : [{ port: 8080 }],
  };
}

/** @param {object} definition */
function post(definition) {
  return marathon('POST', '/v2/apps', definition);
}

/**
 * @param {string} id
 * @param {object} change
 */
function put(id, change) {
  return marathon('PUT', `/v2/apps${id}`, change);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} body
 */
async function marathon(method, path, body) {
  const url = `http://${environment['MARATHON_MASTER']}${path}`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
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
    await sleep(100, undefined, { signal: interrupted.signal });
  }
}

/**
 * @param {string} cluster
 * @returns {string}
 */
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
  const isTable = !['kill', 'log'].includes(args[0] ?? '') && args[1] !== 'up';
  const { stdout, stderr, status } = ocho(...args, ...(isTable ? ['-o', 'table'] : []));
  process.stdout.write(`${stdout}${stderr}`);
  if (status !== 0) throw new Error(`the demo ends here: that ended with ${status}`);
}

/** @param {string[]} args */
function ocho(...args) {
  return spawnSync(process.execPath, [OCHO, ...args], { env: environment, encoding: 'utf8' });
}
