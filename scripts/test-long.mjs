#!/usr/bin/env node
/**
 * Many rounds of faults on real ZooKeepers, and an hour of fuzzing; writes what came out to docs/endurance.md.
 * `ROUNDS=300` and `FUZZ_MINUTES=60` unless told; `SEED` plays the same again.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const child = spawn(join(ROOT, 'node_modules', '.bin', 'vitest'), ['run', '--project', 'long'], {
  cwd: ROOT,
  env: { ...process.env, NO_COLOR: '1' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
child.stdout.setEncoding('utf8').on('data', (chunk) => {
  output += chunk;
  process.stdout.write(chunk);
});
const code = await new Promise((resolve) => child.on('close', resolve));
const rounds = [...output.matchAll(/^round \d+: (.+): back after (\d+) ms$/gm)];
const [, seed = ''] = /^SEED=(\d+) /m.exec(output) ?? [];
const fuzz = [...output.matchAll(/^fuzz: (.+)$/gm)].map(([, line]) => line);
const sandbox = [...output.matchAll(/^sandbox: (.+)$/gm)].map(([, line]) => line);
if (rounds.length === 0) {
  console.error('no round was played: docs/endurance.md stays as it is');
  process.exit(1);
}
writeFileSync(join(ROOT, 'docs', 'endurance.md'), report());
process.exit(code);

function report() {
  /** @type {Map<string, number[]>} */
  const byFault = new Map();
  for (const [, fault = '', ms] of rounds) byFault.set(fault, [...(byFault.get(fault) ?? []), Number(ms)]);
  const rows = [...byFault].map(
    ([fault, times]) => `| ${fault} | ${times.length} | ${median(times)} | ${Math.max(...times)} |`,
  );
  return `# Endurance

Written by \`npm run test:long\`. Three pods and two that depend on them, with sessions of 2 s, on an ensemble of three of
Apache's servers suffer one fault after the other. After each, within ten seconds of its end, all must be listed once under
their old numbers, each cluster led by one of them; snapshots, hashes and what the pods were told must be right, and no
process may have been restarted for what happened in its own cluster. Where no pod came, went or registered anew, nor may
anybody have been configured again. \`npm test\` plays twenty rounds of it.

Last run: ${new Date().toISOString().slice(0, 10)}, ${rounds.length} rounds (\`SEED=${seed} ROUNDS=${rounds.length} npm run test:long\` plays them again), ${code === 0 ? 'no miss' : 'ended by a miss'}; ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.

| fault | rounds | back after, median (ms) | longest (ms) |
| --- | --- | --- | --- |
${rows.join('\n')}

## What comes from outside

Registrations, snapshots, views and answers are mutated: types, names that mean something on objects, sizes, depth, numbers
out of range, names that are there twice, text that ends early. Whatever they hold, the rows of their neighbours are right, and
a leader configures the rest of its cluster. \`FUZZ_MINUTES\` says for how long.

${fuzz.map((line) => `- ${line}`).join('\n')}

## The sandbox's ZooKeeper

A server with a directory is killed (\`kill -9\`) under a stream of pipelined writes, and every other time its last log is
torn: after each restart it has every write that it acknowledged, in the order in which they were sent. Another one is
attacked by connections that send truncated, oversized, mutated and random frames: no session but theirs may notice, and
no session, connection, watch or memory may be left.

${sandbox.map((line) => `- ${line}`).join('\n')}
`;
}

/** @param {number[]} times */
function median(times) {
  return times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)];
}
