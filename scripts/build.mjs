#!/usr/bin/env node
/** Builds every package into its `dist`: bundles with rolldown and, with `--types`, type declarations with tsc. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const PACKAGES = ['core', 'fleet', 'agent', 'sandbox', 'cli'];
/** Packages that others import: their types go along, in the order in which they need each other. */
const LIBRARIES = ['core', 'fleet', 'agent', 'sandbox'];

await Promise.all(PACKAGES.map(bundle));
if (process.argv.includes('--types')) for (const library of LIBRARIES) await declare(library);

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

/** @param {string} name */
async function declare(name) {
  const emit = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration'];
  const sources = join('packages', name, 'src');
  // As a user sees it: other packages by what they declare, not by their sources.
  const compilerOptions = { customConditions: [] };
  const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [join(ROOT, sources)], exclude: [] };
  const file = join(ROOT, 'packages', name, 'dist', 'tsconfig.json');
  writeFileSync(file, JSON.stringify(config));
  const out = ['--outDir', join('packages', name, 'dist', 'types'), '--rootDir', sources];
  await run(join(BIN, 'tsc'), ['--project', file, ...emit, ...out], ROOT);
}

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
