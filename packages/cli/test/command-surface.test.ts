import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command } from '@oclif/core';
import { FakeScheduler, fakePod } from 'ochopod-fleet/testing';
import { expect, test } from 'vitest';

import { GLOBAL_FLAGS } from '../src/flags/common-flags.ts';
import { deploy, redeploy, WEB } from './support/applications.ts';
import { FILES } from './support/deploy-stage.ts';
import { FakeSandboxes } from './support/fake-sandboxes.ts';
import { ocho, words } from './support/ocho.ts';

const WORLD = { pods: [fakePod('demo.web #1'), fakePod('demo.web #2', { habit: 'gone' })] };

const COMMANDS = join(import.meta.dirname, '..', 'src', 'commands');

/** One run of each command that shows every field of its report. */
const REPORTS = [
  ...['ls', 'grep', 'poll', 'info demo.web -i 2', 'port 6379', 'log demo.web', 'exec demo.web --force shell'],
  ...['on demo.web --force', 'off demo.web --force', 'reset demo.web --force', 'kill demo.web --force'],
  'signal demo.web --force',
  ...['sandbox up --detach', 'sandbox env', 'sandbox status', 'sandbox status --all', 'sandbox down'],
  ...['sandbox fault drop', 'sandbox logs web'],
];

/** The same for those that need a scheduler, each in a world of its own; what fails is told as well. */
const REPORTS_OF_APPLICATIONS = [
  ...[
    ...['apps', 'history demo.web', 'scale demo.web --factor @3', 'scale demo.web --factor @1', 'bump demo.web -v 2'],
    ...[
      'bump demo.web -v dies -t 1s',
      'rollback demo.web',
      'kill demo.web --force --timeout 9s',
      'rm demo.web --force',
    ],
    ...['deploy web.yml', 'deploy dies.yml --rollback-on-failure -t 1s', 'deploy web.yml --dry-run'],
  ].map((line) => `${line} --marathon fake`),
  ...['validate web.yml bad.yml', 'explain upgrade', 'exit-codes'],
];

/** It runs every command once. */
const ALL_MS = 60_000;

test('commands, flags and report fields are what scripts rely on: add, never rename', { timeout: ALL_MS }, async () => {
  const frozen = JSON.parse(await readFile(join(import.meta.dirname, 'command-surface.json'), 'utf8'));

  expect(await surface()).toEqual(frozen);
});

test('every command has a summary, a description and an example', async () => {
  for (const { id, command } of await commands()) {
    expect.soft({ id, summary: command.summary }).toMatchObject({ summary: expect.stringMatching(/^[a-z].*[^.]$/) });
    expect.soft({ id, description: command.description }).toMatchObject({ description: expect.any(String) });
    expect.soft({ id, examples: command.examples?.length ?? 0 }).not.toEqual({ id, examples: 0 });
  }
});

async function surface() {
  const flagsOf = (flags: Command.Class['flags'] = {}) =>
    Object.entries(flags).map(([name, { char }]) => (char === undefined ? `--${name}` : `--${name} -${char}`));
  const reports: Record<string, string[]> = {};
  for (const line of REPORTS) {
    reports[line] = fieldsOf(JSON.parse((await ocho([...words(line), '-j'], WORLD, { sandboxes: sandboxes() })).out));
  }
  for (const line of REPORTS_OF_APPLICATIONS) {
    const world = await twoVersions();
    const { out } = await ocho([...words(line), '-j'], world, { files: FILES });
    reports[line] = fieldsOf(JSON.parse(out));
  }
  return {
    global: flagsOf(GLOBAL_FLAGS),
    commands: Object.fromEntries(
      (await commands()).map(({ id, command }) => [
        id,
        { args: Object.keys(command.args ?? {}), flags: flagsOf(command.flags) },
      ]),
    ),
    reports,
  };
}

/** Two pods of an application that had another image before, and a stray one. */
async function twoVersions() {
  const fates = { 'acme/dies:1': 'dies', 'web:dies': 'dies' } as const;
  const scheduler = new FakeScheduler({ fates });
  await deploy(scheduler, WEB, { instances: 2, image: 'web:0' });
  await redeploy(scheduler, WEB, { instances: 2, image: 'web:1' });
  scheduler.pods.push(fakePod('demo.stray #7'));
  return { scheduler, pods: scheduler.pods };
}

function sandboxes(): FakeSandboxes {
  const fake = new FakeSandboxes().add('default');
  fake.applications = [
    { id: '/web', instances: 1, running: 1, healthy: 1, isDeploying: false, lastFailure: 'Command exited with 3' },
  ];
  fake.tasks = [{ taskId: 'web.instance-1._app.1', instance: 'web.instance-1', directory: '/tasks/web' }];
  return fake;
}

async function commands(): Promise<{ id: string; command: Command.Class }[]> {
  const files = readdirSync(COMMANDS, { recursive: true, encoding: 'utf8' });
  const ids = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length));
  return Promise.all(
    ids.map(async (id) => ({
      id: id.replace('/', ' '),
      command: (await import(/* @vite-ignore */ join(COMMANDS, `${id}.ts`))).default as Command.Class,
    })),
  );
}

/** Paths to every value: `demo.web #1 / ip`, `tasks [] / id`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value) && typeof value[0] === 'object') return fieldsOf(value[0], `${path} []`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, path === '' ? key : `${path} / ${key}`));
}
