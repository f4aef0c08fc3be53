#!/usr/bin/env node
/** Everything that a fresh clone needs: pnpm beside the project, its packages, and a build. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const PNPM = '12.21.0';
const TOOLS = join(ROOT, '.tools');
const LEAST_NODE = [20, 19];

checkNode();
installPnpm();
const env = { ...process.env, PATH: `${join(TOOLS, 'bin')}${delimiter}${process.env['PATH']}` };
run('pnpm', ['install', '--frozen-lockfile', '--reporter=silent'], env);
run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], env);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  console.error(`Node ${LEAST_NODE.join('.')} or later is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

function installPnpm() {
  const manifest = join(TOOLS, 'lib', 'node_modules', 'pnpm', 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === PNPM) return;
  console.error(`setting up: pnpm ${PNPM}`);
  run(
    'npm',
    ['install', '--global', '--silent', '--no-audit', '--no-fund', '--prefix', TOOLS, `pnpm@${PNPM}`],
    process.env,
  );
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} environment
 */
function run(command, args, environment) {
  try {
    execFileSync(command, args, { cwd: ROOT, env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (error) {
    console.error(`setting up failed: ${command} ${args.join(' ')}`);
    process.exit(/** @type {{ status?: number }} */ (error).status ?? 1);
  }
}
