#!/usr/bin/env node
/**
 * Checks and tests everything, and closes with a line `N passed, N failed, N skipped`. Each of the checks counts as one
 * test. Where the environment says `CI`, what was skipped for want of a real ZooKeeper fails the run.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { installZooKeeper } from './zookeeper.mjs';

const ROOT = join(import.meta.dirname, '..');
const CHECKS = ['lint', 'types', 'boundaries', 'unused'];
const total = { passed: 0, failed: 0, skipped: 0 };
const directory = mkdtempSync(join(tmpdir(), 'ochopod-test-'));

await Promise.all(CHECKS.map(look));

prepare();
vitest('unit');
vitest('integration');
vitest('e2e-agent', 'e2e-apache', 'e2e-sandbox', 'e2e-world');
rmSync(directory, { recursive: true, force: true });

const inCi = Boolean(process.env['CI']);
if (total.skipped > 0)
  console.log(`\nskipped for want of their servers: ${total.skipped}${inCi ? ', which fails this run' : ''}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || (inCi && total.skipped > 0) ? 1 : 0);

/**
 * Run one of the checks beside the others, and print what it says when it has said it all.
 *
 * @param {string} name
 */
async function look(name) {
  const child = spawn('npm', ['run', '--silent', name], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [code] = await once(child, 'close');
  process.stdout.write(`\n== ${name}\n${Buffer.concat(said)}`);
  if (code === 0) total.passed += 1;
  else total.failed += 1;
}

/** @param {string[]} projects */
function vitest(...projects) {
  console.log(`\n== ${projects.join(' and ')} tests`);
  const report = join(directory, `${projects.join('-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const selected = projects.flatMap((project) => ['--project', project]);
  const ended = run(join(ROOT, 'node_modules', '.bin', 'vitest'), ['run', ...selected, ...reporters]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += numPassedTests;
    total.skipped += numPendingTests;
    // A run can fail without a failed test: a file that cannot be loaded, an error that nobody caught.
    total.failed += numFailedTests === 0 && !ended ? 1 : numFailedTests;
  } catch (error) {
    console.error(`no report of the ${projects.join(' and ')} tests: ${error}`);
    total.failed += 1;
  }
}

/** What the tests talk to beyond Node: Debian's packages, where they can be had. */
function prepare() {
  const installed = installZooKeeper();
  if (!installed.available) return console.log(`\nno real ZooKeeper here: ${installed.because}`);
  /** @type {[name: string, isThere: () => boolean][]} */
  const packages = [
    ['python3-kazoo', () => canImport('kazoo')],
    ['python3-marathon', () => canImport('marathon')],
    ['zookeeper-bin', () => existsSync('/usr/lib/zookeeper/bin/cli_mt')],
    // Containers without a daemon, and what goes into the images of tests.
    ['podman', () => existsSync('/usr/bin/podman')],
    ['runc', () => existsSync('/usr/sbin/runc')],
    ['netavark', () => existsSync('/usr/lib/podman/netavark')],
    ['iptables', () => existsSync('/usr/sbin/iptables')],
    ['tini', () => existsSync('/usr/bin/tini')],
    ['busybox-static', () => existsSync('/bin/busybox')],
  ];
  const missing = packages.filter(([, isThere]) => !isThere()).map(([name]) => name);
  if (missing.length === 0) return;
  console.log(`installing Debian's packages ${missing.join(', ')}`);
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], { stdio: 'ignore' });
}

/** @param {string} module of Debian's own Python */
function canImport(module) {
  return spawnSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
function run(command, args) {
  return spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}
