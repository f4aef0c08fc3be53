import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { spawnProcess } from '../../src/process/process-group.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ochopod-test-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

interface Story {
  /** What is in the file that is to be run; none without. */
  readonly text?: string;
  readonly mode?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Run this instead of the file. */
  readonly file?: string;
}

const MEGABYTE = 'x'.repeat(100_000).repeat(10);
/** None of them too large, all of them together are. */
const MANY = Object.fromEntries(Array.from({ length: 100 }, (_none, at) => [`MANY_${at}`, 'x'.repeat(100_000)]));

test.each<[string, Story, string | RegExp]>([
  ['is not there', {}, 'there is no such executable'],
  ['is not on the path', { file: 'no-such-program' }, 'there is no such executable'],
  ['may not be run', { text: '#!/bin/sh\n', mode: 0o644 }, 'it is not executable'],
  [
    'has an interpreter that is not there',
    { text: '#!/no/such/python -u\n' },
    'a script for /no/such/python, which is not there',
  ],
  ['was saved on Windows', { text: '#!/bin/sh\r\necho\r\n' }, 'asks for "/bin/sh\\r": save it with LF'],
  [
    'is to run where there is no directory',
    { text: '#!/bin/sh\n', cwd: '/no/such/place' },
    'there is no directory /no/such/place',
  ],
  ['has an argument that is too large', { text: '#!/bin/sh\n', args: ['a', MEGABYTE] }, 'argument 2 has 1000000 bytes'],
  [
    'has a variable that is too large',
    { text: '#!/bin/sh\n', env: { PEERS: MEGABYTE } },
    'the variable PEERS has 1000006 bytes',
  ],
  [
    'has too much altogether',
    { text: '#!/bin/sh\n', env: MANY },
    /more than the system takes: 10\d{6} bytes, 100000 of them in the variable MANY_/,
  ],
  [
    'has a character of code 0',
    { text: '#!/bin/sh\n', env: { TOKEN: 'a\0b' } },
    'the variable TOKEN holds a character of code 0',
  ],
])('a program that %s is refused with the cause', async (_what, story, message) => {
  const file = story.file ?? join(directory, 'program');
  await rm(join(directory, 'program'), { force: true });
  if (story.text !== undefined) {
    await writeFile(file, story.text);
    await chmod(file, story.mode ?? 0o755);
  }
  const { env = {}, args = [], cwd } = story;

  const started = spawnProcess({
    ...{ command: [file, ...args], env: { PATH: process.env['PATH'] ?? '', ...env } },
    ...(cwd !== undefined && { cwd }),
  });

  const failure = await started.catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'POD_REFUSED' });
  expect((failure as Error).message).toMatch(`cannot start "${file}": `);
  expect((failure as Error).message).toMatch(message);
  expect((failure as Error).message).not.toContain('a\0b');
});
