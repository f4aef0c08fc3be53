#!/usr/bin/env node
/**
 * The main job in a minute: in a sandbox `ocho` deploys backends, webs that depend on them and tools, looks at them, scales,
 * bumps and kills. Everything runs on loopback and is gone afterwards.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');
const DEMO = join(ROOT, 'examples', 'demo');
const NAME = 'demo';
const WAIT_MS = 30_000;
const TABLES = new Set(['ls', 'grep', 'port', 'deploy', 'scale', 'bump', 'apps', 'kill']);

/** @type {NodeJS.ProcessEnv} */
let environment = {
  ...process.env,
  PATH: [join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
  // Half a minute to look at: where it counts pods have to stay up for longer.
  OCHOPOD_STABLE: '1s',
};
let code = 0;
// Ctrl-C ends the demo in order; the sandbox has a session of its own, and does not hear of it.
const interrupted = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => interrupted.abort());
say('a sandbox: a ZooKeeper and a Marathon for this machine');
show('sandbox', 'up', '--detach', '--name', NAME, '--images', 'images.yaml', '--containers', 'none');
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
  environment = { ...environment, ...JSON.parse(ocho('sandbox', 'env', '--name', NAME, '-j').stdout) };

  say('three applications out of files: three pods of "backend", two of "web", which depends on it, two of "tool"');
  show('deploy', 'backend.yaml', '--namespace', 'demo', '--pods', '3', '--strict');
  show('deploy', 'web.yaml', 'tool.yaml', '--namespace', 'demo', '--pods', '2', '--strict');
  await until({ 'demo.backend': 3, 'demo.web': 2 });
  show('ls');
  show('grep', 'demo.*');
  show('exec', 'demo.tool', '--seq', '0', '--', 'greet', '--name', 'Ann');

  say('a fourth backend: both clusters are configured again, and no process is restarted that need not be');
  show('scale', 'demo.backend', '--factor', '@4');
  await until({ 'demo.backend': 4, 'demo.web': 2 });
  show('port', '9000', 'demo.backend');

  say('another version of the backend, two pods at a time: never fewer than four of them run');
  show('bump', 'demo.backend', '--tag', '1.1', '--batch', '2', '--strict');
  await until({ 'demo.backend': 4, 'demo.web': 2 });
  show('apps');

  say('the leader of the backends is killed for good: another pod takes over');
  show('kill', 'demo.backend', '--seq', leaderOf('demo.backend'));
  await until({ 'demo.backend': 3, 'demo.web': 2 });
  show('grep', 'demo.backend');
  show('log', 'demo.web', '--seq', '0', '--lines', '4');

  say('everything ends');
  console.log(
    'Run `npx ocho sandbox up` for a sandbox of your own; `npx ocho help` and `npx ochopod --help` tell more.',
  );
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
  const [command = '', ...rest] = args;
  // As on a terminal.
  const table = TABLES.has(command) ? ['--output', 'table'] : [];
  const { stdout, stderr, status } = ocho(command, ...table, ...rest);
  process.stdout.write(`${stderr}${stdout}`);
  if (status !== 0) throw new Error(`the demo ends here: that ended with ${status}`);
}

/** @param {string[]} args */
function ocho(...args) {
  return spawnSync(process.execPath, [OCHO, ...args], { cwd: DEMO, env: environment, encoding: 'utf8' });
}
