#!/usr/bin/env node
/**
 * Many rounds of faults on real ZooKeepers, many interrupted changes, and an hour of fuzzing; writes what came out to
 * docs/endurance.md. `ROUNDS=300`, of interruptions 100, and `FUZZ_MINUTES=60` unless told; `SEED` plays the same again.
 * Arguments choose among the files in e2e/long; sections of what was not played stay as they are.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const child = spawn(
  join(ROOT, 'node_modules', '.bin', 'vitest'),
  ['run', '--project', 'long', ...process.argv.slice(2)],
  {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
let output = '';
child.stdout.setEncoding('utf8').on('data', (chunk) => {
  output += chunk;
  process.stdout.write(chunk);
});
const code = await new Promise((resolve) => child.on('close', resolve));
const DOCUMENT = join(ROOT, 'docs', 'endurance.md');
const before = readFileSync(DOCUMENT, 'utf8').split(/\n(?=## )/);
const written = new Map([
  ['# Endurance', faults(all(/^round \d+: (.+): back after (\d+) ms$/gm))],
  ['## Changes that are interrupted', interruptions(all(/^interruption \d+: (.+): (SIG\w+) .*: (\w+), (\w+)$/gm))],
  ['## What comes from outside', fuzz(all(/^fuzz: (.+)$/gm))],
  ["## The sandbox's ZooKeeper", sandbox(all(/^sandbox: (.+)$/gm))],
]);
if ([...written.values()].every((text) => text === undefined)) {
  console.error('nothing was played: docs/endurance.md stays as it is');
  process.exit(1);
}
const sections = [...written].flatMap(([title, text]) => {
  const present = before.find((section) => section.startsWith(`${title}\n`)) ?? [];
  return text === undefined ? present : `${title}\n\n${text}\n`;
});
writeFileSync(DOCUMENT, sections.join('\n'));
process.exit(code);

/** @param {RegExp} line */
function all(line) {
  return [...output.matchAll(line)].map(([, ...found]) => found);
}

/** @param {number} rounds */
function lastRun(rounds, { from = '', files = '' } = {}) {
  const [, seed = ''] = new RegExp(`^${from}SEED=(\\d+) `, 'm').exec(output) ?? [];
  const again = `\`SEED=${seed} ROUNDS=${rounds} npm run test:long${files}\` plays them again`;
  const where = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const end = code === 0 ? 'no miss' : 'ended by a miss';
  return `Last run: ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds (${again}), ${end}; ${where}.`;
}

/** @param {string[][]} rounds */
function faults(rounds) {
  if (rounds.length === 0) return undefined;
  const rows = grouped(rounds).map(([fault, played]) => {
    const times = played.map(([, ms]) => Number(ms));
    return `| ${fault} | ${times.length} | ${median(times)} | ${Math.max(...times)} |`;
  });
  return `Written by \`npm run test:long\`. Three pods and two that depend on them, with sessions of 2 s, on an ensemble of three of
Apache's servers suffer one fault after the other. After each, within ten seconds of its end, all must be listed once under
their old numbers, each cluster led by one of them; snapshots, hashes and what the pods were told must be right, and no
process may have been restarted for what happened in its own cluster. Where no pod came, went or registered anew, nor may
anybody have been configured again. \`npm test\` plays twenty rounds of it.

${lastRun(rounds.length)}

| fault | rounds | back after, median (ms) | longest (ms) |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

/** @param {string[][]} rounds */
function interruptions(rounds) {
  if (rounds.length === 0) return undefined;
  const rows = grouped(rounds).map(([name, played]) => {
    /** @param {string} word */
    const count = (word) => played.filter((round) => round.includes(word)).length;
    const counts = ['SIGINT', 'SIGTERM', 'SIGKILL', 'done', 'nothing', 'repeated'].map(count);
    return `| ${name} | ${played.length} | ${counts.join(' | ')} |`;
  });
  return `A change of a cluster of two to four pods is ended by a signal at some moment between its start and the time that it
takes, and what an operator would do then is typed next; three times in ten that is interrupted as well, and typed again. It
must end with 0 and the cluster be what was asked for: so many pods that run, of the one image, none dead and none left over,
no deployment and no second application. Or it says that there is nothing left to do, or it fails and names what is missing,
and the same once more mends it. While a bump comes or goes, at no moment fewer pods run than at its beginning. Whoever could
hear the signal ended with 130, and named the deployments that went on.
\`npm test\` plays ten rounds of it.

${lastRun(rounds.length, { from: 'interruptions: ', files: ' interruptions' })}

| what was interrupted, and typed next | rounds | SIGINT | SIGTERM | SIGKILL | done | nothing left to do | done when repeated |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`;
}

/** @param {string[][]} lines */
function fuzz(lines) {
  if (lines.length === 0) return undefined;
  return `Registrations, snapshots, views and answers are mutated: types, names that mean something on objects, sizes, depth, numbers
out of range, names that are there twice, text that ends early. Whatever they hold, the rows of their neighbours are right, and
a leader configures the rest of its cluster. \`FUZZ_MINUTES\` says for how long.

${lines.map(([line]) => `- ${line}`).join('\n')}`;
}

/** @param {string[][]} lines */
function sandbox(lines) {
  if (lines.length === 0) return undefined;
  return `A server with a directory is killed (\`kill -9\`) under a stream of pipelined writes, and every other time its last log is
torn: after each restart it has every write that it acknowledged, in the order in which they were sent. Another one is
attacked by connections that send truncated, oversized, mutated and random frames: no session but theirs may notice, and
no session, connection, watch or memory may be left.

${lines.map(([line]) => `- ${line}`).join('\n')}`;
}

/**
 * By their first words.
 *
 * @param {string[][]} rounds
 */
function grouped(rounds) {
  /** @type {Map<string, string[][]>} */
  const groups = new Map();
  for (const round of rounds) groups.set(round[0] ?? '', [...(groups.get(round[0] ?? '') ?? []), round]);
  return [...groups];
}

/** @param {number[]} times */
function median(times) {
  return times.toSorted((left, right) => left - right)[Math.floor(times.length / 2)];
}
