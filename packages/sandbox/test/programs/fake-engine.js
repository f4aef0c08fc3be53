#!/usr/bin/env node
// An engine for containers as its command line looks from outside: its containers are processes of this machine, kept
// as files in the directory FAKE_ENGINE. Knows the image "acme/local:1" only, and cannot pull any.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , ...words] = process.argv;
const flags = words.filter((word) => word.startsWith('--'));
/** @param {string} name */
const fileOf = (name) => join(process.env['FAKE_ENGINE'] ?? '', `${name}.json`);
/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(fileOf(name), 'utf8'));
/** @param {{ name: string, status: string, [field: string]: unknown }} container */
const write = (container) => {
  writeFileSync(`${fileOf(container.name)}.new`, JSON.stringify(container));
  renameSync(`${fileOf(container.name)}.new`, fileOf(container.name));
};
/** @param {string} message @param {number} [code] */
const fail = (message, code = 125) => {
  process.stderr.write(`Error: ${message}\n`);
  process.exit(code);
};
/** @param {string} name */
const flag = (name) => flags.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

/** @type {Record<string, () => unknown>} */
const commands = {
  info: () => process.stdout.write('{"MemoryLimit": true, "CPUShares": true}'),
  pull: () => fail('no registry answers'),
  image: () => words.at(-1) === 'acme/local:1' || fail('no such image', 1),
  create: () => {
    const at = words.indexOf('acme/local:1');
    if (at === -1) fail('no such image, and no registry answers');
    const names = flags.filter((word) => word.startsWith('--env=')).map((word) => word.slice(6));
    const file = readFileSync(flag('env-file') ?? '', 'utf8')
      .split('\n')
      .filter(Boolean);
    const env = Object.fromEntries([
      ...names.map((name) => [name, process.env[name]]),
      ...file.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ]);
    const command = [...(flag('entrypoint') === undefined ? [] : [flag('entrypoint')]), ...words.slice(at + 1)];
    write({ name: flag('name') ?? '', status: 'created', command, env, words });
  },
  start: async () => {
    const container = read(words.at(-1) ?? '');
    const [file, ...args] = container.command;
    const child = spawn(file, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'], env: container.env });
    child.on('error', () => fail(`${file}: no such file or directory`, 127));
    child.on('spawn', () => write({ ...container, status: 'running', pid: child.pid }));
    child.on('exit', (code, signal) => {
      const status = code ?? (signal === 'SIGKILL' ? 137 : 143);
      write({ ...container, status: 'exited', pid: child.pid, code: status });
      process.exit(status);
    });
  },
  container: () => {
    const name = words.at(-1) ?? '';
    try {
      process.stdout.write(JSON.stringify([{ State: { Status: read(name).status }, NetworkSettings: {} }]));
    } catch {
      fail('no such container', 1);
    }
  },
  stop: async () => {
    const { name, pid } = read(words.at(-1) ?? '');
    process.kill(-pid, 'SIGTERM');
    for (let looks = Number(flag('time')) * 20; looks > 0 && read(name).status === 'running'; looks -= 1)
      await sleep(50);
    if (read(name).status === 'running') process.kill(-pid, 'SIGKILL');
  },
  wait: async () => {
    const { name, pid } = read(words.at(-1) ?? '');
    while (spawnSync('kill', ['-0', String(pid)]).status === 0) await sleep(50);
    process.stdout.write(`${read(name).code ?? 0}\n`);
  },
  exec: () => {
    const { env } = read(words[1] ?? '');
    process.exitCode = spawnSync(words[2] ?? '', words.slice(3), { stdio: 'inherit', env }).status ?? 1;
  },
  rm: () => rmSync(fileOf(words.at(-1) ?? '')),
};

await (commands[words[0] ?? ''] ?? (() => fail(`unknown command ${words[0]}`)))();
