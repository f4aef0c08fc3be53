import { describe, expect, test } from 'vitest';

import { createLog } from '../../src/logging.ts';
import type { Tool, ToolCall } from '../../src/script/pod-script.ts';
import type { ToolLine } from '../../src/tools/tool-line.ts';
import { Toolbox, type ToolRequest } from '../../src/tools/toolbox.ts';

const forever = new AbortController().signal;

describe('a tool that declares its options', () => {
  test('gets them parsed', async () => {
    const { run, calls } = toolbox({ options: { full: { type: 'boolean', short: 'f' }, to: { type: 'string' } } });

    await run('-f', '--to', 'disk', 'db');

    expect(calls[0]).toMatchObject({
      args: ['-f', '--to', 'disk', 'db'],
      values: { full: true, to: 'disk' },
      positionals: ['db'],
      directory: '/upload',
      env: { A: '1' },
    });
  });

  test.each([
    ['an unknown option', ['--fast']],
    ['an option without its value', ['--to']],
    ['too many arguments', ['a', 'b']],
    ['a cry for help', ['--help']],
  ])('answers code 1 and its help to %s', async (_case, args) => {
    const { run, calls } = toolbox({
      help: 'backup [db]: save it',
      options: { to: { type: 'string' } },
      maxPositionals: 1,
    });

    const { code, stdout } = await run(...args);

    expect(code).toBe(1);
    expect(stdout.slice(-3)).toEqual(['backup [db]: save it', 'options:', '  --to <value>']);
    expect(calls).toEqual([]);
  });
});

describe('a tool that declares none', () => {
  test('gets its arguments as they are', async () => {
    const { run, calls } = toolbox({});

    await run('--fast', '-x', 'a b');

    expect(calls[0]).toMatchObject({ args: ['--fast', '-x', 'a b'], values: {}, positionals: ['--fast', '-x', 'a b'] });
  });
});

describe('a tool that takes a line', () => {
  test('gets it as it is, and whatever was typed apart joined', async () => {
    const { box, calls, run } = toolbox({ takesLine: true });

    await box.run(request({ name: 'backup', words: refusesToSplit, line: () => "it's  all" }), forever);
    await run('a', 'b c');

    expect(calls.map(({ args }) => args)).toEqual([["it's  all"], ['a b c']]);
  });
});

function refusesToSplit(): never {
  throw new Error('nobody asked for words');
}

describe('an unknown tool', () => {
  test('is answered with those that there are', async () => {
    const { box } = toolbox({});

    expect(() => box.find('restore')).toThrow('unknown tool "restore", available: backup');
  });

  test('is answered with none where there is none', () => {
    const box = new Toolbox({}, quiet());

    expect(() => box.find('shell')).toThrow('unknown tool "shell", available: none');
    expect(() => box.find('constructor')).toThrow('unknown tool');
  });
});

function toolbox(tool: Omit<Tool, 'run'>) {
  const calls: ToolCall[] = [];
  const backup: Tool = {
    ...tool,
    run: (given) => {
      calls.push(given);
      return { code: 0, lines: ['saved'] };
    },
  };
  const box = new Toolbox({ backup }, quiet());
  const run = (...args: string[]) =>
    box.run(request({ name: 'backup', words: () => args, line: () => args.join(' ') }), forever);
  return { box, run, calls };
}

function request(line: ToolLine): ToolRequest {
  return { line, directory: '/upload', env: { A: '1' } };
}

function quiet() {
  return createLog({ debug: false, write: () => {} });
}
