#!/usr/bin/env node
'use strict';

const { version, ...manifest } = require('../package.json');

const [first, ...rest] = process.argv.slice(2);
if ((first === '--version' || first === '-v') && rest.length === 0) {
  // Answered before anything is loaded: scripts ask for it all the time.
  process.stdout.write(`ocho/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  // Node 22.8 and later keep compiled code from one run to the next.
  require('node:module').enableCompileCache?.();
  const { join } = require('node:path');
  const { main } = require('../dist/main.cjs');
  void main({ root: join(__dirname, '..'), pjson: { version, ...manifest } });
}
