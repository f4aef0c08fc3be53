#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// Before anything else is loaded: unheard, SIGUSR1 opens Node's debugger.
process.on('SIGUSR1', () => {});
// Left alone, V8 lets what is in use become four times as much before it looks for what is not: the leader of a large
// cluster would take memory that it needs for a moment in each configuration for ever.
setFlagsFromString('--heap-growing-percent=100');
const { main } = await import('../dist/main.js');
await main(process, version);
