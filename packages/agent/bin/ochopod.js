#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// Before anything else is loaded: unheard, SIGUSR1 opens Node's debugger.
process.on('SIGUSR1', () => {});
const { main } = await import('../dist/main.js');
await main(process, version);
