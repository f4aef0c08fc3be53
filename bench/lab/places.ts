import { join } from 'node:path';
import process from 'node:process';

/** This runs as a bundle in `bench/dist`. */
export const ROOT = join(import.meta.dirname, '..', '..');
export const BENCH = join(ROOT, 'bench');
export const AGENT = join(ROOT, 'packages', 'agent', 'bin', 'ochopod.js');
export const AGENT_MAIN = join(ROOT, 'packages', 'agent', 'dist', 'main.js');
export const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');

/** One of our own programs, built. */
export const program = (name: string): string => join(BENCH, 'dist', `${name}.js`);

/** As little as can be: settings of the caller's Node, such as more certificates to load, cost time at each start. */
export const PLAIN_ENV = { PATH: process.env['PATH'] ?? '', HOME: BENCH };
