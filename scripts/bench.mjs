#!/usr/bin/env node
/** Bundles the benchmarks from their sources and runs them: `npm run bench`, or with names of parts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { build } from 'rolldown';

import { installZooKeeper } from './zookeeper.mjs';

const BENCH = join(import.meta.dirname, '..', 'bench');

const availability = installZooKeeper();
if (!availability.available) {
  console.error(`no benchmarks without ZooKeeper: ${availability.because}`);
  process.exit(1);
}
const programs = readdirSync(join(BENCH, 'programs')).map((file) => [basename(file, '.ts'), join('programs', file)]);
await build({
  cwd: BENCH,
  input: { main: 'main.ts', ...Object.fromEntries(programs) },
  platform: 'node',
  // Runs as a program too when it finds itself called.
  external: /zookeeper\.mjs$/,
  transform: { target: 'node20' },
  resolve: { conditionNames: ['ochopod-source', 'node', 'import', 'require', 'default'] },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    paths: (id) => (id.endsWith('zookeeper.mjs') ? '../../scripts/zookeeper.mjs' : id),
  },
});
// Loading certificates takes Node longer than half of what is measured here.
const { NODE_EXTRA_CA_CERTS: _unwanted, NODE_OPTIONS: _options, ...env } = process.env;
const child = spawn(process.execPath, [join(BENCH, 'dist', 'main.js'), ...process.argv.slice(2)], {
  env,
  stdio: 'inherit',
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
process.exitCode = code ?? 1;
