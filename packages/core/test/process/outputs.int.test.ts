import process from 'node:process';
import { expect, test } from 'vitest';

import { makePipesAhead, type OutputName, type ProcessExit, spawnProcess } from '../../src/process/index.ts';

const env = { PATH: process.env['PATH'] ?? '' };

test('both outputs are told apart, and all of them is there when the end is told', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { printed } = await run('head -c 50000 /dev/zero | tr "\\0" x; echo bad >&2; exit 3');

    expect(printed.stderr).toBe('bad\n');
    expect(printed.stdout).toHaveLength(50_000);
  }
});

test('a child may open its outputs by name, as those do whose log files are links to them', async () => {
  const { printed, exit } = await run('echo out > /dev/stdout && echo err > /dev/stderr');

  expect(exit.code).toBe(0);
  expect(printed).toEqual({ stdout: 'out\n', stderr: 'err\n' });
});

test('what a child left behind is read on', async () => {
  const { over } = await run('(sleep 0.2; echo later) & exit 0');

  expect((await over).stdout).toBe('later\n');
});

test('where no pipes can be made the outputs are read all the same', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    for (let starts = 0; starts < 4; starts += 1) await run('true'); // they take what is left of those that were made
    const { over } = await run('echo out; echo err >&2');

    expect(await over).toEqual({ stdout: 'out\n', stderr: 'err\n' });
  } finally {
    process.env['PATH'] = path;
  }
});

test('whoever starts a child need not wait for its pipes', async () => {
  makePipesAhead();
  await run('true'); // they are made by now
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    const { over } = await run('[ -p /dev/stdout ] && [ -p /dev/stderr ] && echo pipes');

    expect((await over).stdout).toBe('pipes\n');
  } finally {
    process.env['PATH'] = path;
  }
});

test('what nobody wants goes nowhere', async () => {
  const group = await spawnProcess({ command: 'echo out && echo err >&2', env });

  expect(await group.exited).toEqual({ code: 0, signal: null });
});

interface Ran {
  /** When its end was told. */
  readonly printed: Readonly<Record<OutputName, string>>;
  readonly exit: ProcessExit;
  /** When nobody could print any more. */
  readonly over: Promise<Readonly<Record<OutputName, string>>>;
}

/** Run a command to its end. */
async function run(command: string): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  const ends: Promise<unknown>[] = [];
  const group = await spawnProcess({
    command,
    env,
    onOutput: (output, name) => {
      output.on('data', (chunk: Buffer) => {
        printed[name] += chunk.toString();
      });
      ends.push(new Promise((resolve) => output.once('close', resolve)));
    },
  });
  const exit = await group.exited;
  return { printed: { ...printed }, exit, over: Promise.all(ends).then(() => printed) };
}
