#!/usr/bin/env node
'use strict';

// Before anything is loaded: unheard, SIGUSR1 opens Node's debugger.
process.on('SIGUSR1', () => {});

const pjson = require('../package.json');

const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  // Answered before anything is loaded: scripts ask for it all the time.
  process.stdout.on('error', (failure) => require('../dist/main.cjs').tellAtExit(failure));
  process.stdout.write(`ocho/${pjson.version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  // Node 22.8 and later keep compiled code from one run to the next.
  require('node:module').enableCompileCache?.();
  const { join } = require('node:path');
  const { main } = require('../dist/main.cjs');
  void main(argv, { root: join(__dirname, '..'), pjson });
}
