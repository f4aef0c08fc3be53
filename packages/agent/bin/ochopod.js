#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import process from 'node:process';

import { main } from '../dist/main.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
await main(process, version);
