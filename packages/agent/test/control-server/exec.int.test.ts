import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';

import type { Tool, ToolCall } from '../../src/script/pod-script.ts';
import { shell } from '../../src/tools/shell-tool.ts';
import { eventually, isAlive } from '../support/real-pod.ts';
import { ServerUnderTest } from '../support/server-under-test.ts';

const directories: string[] = [];

/** Says what it was given, and what lies in its directory. */
const look: Tool = {
  run: async ({ args, directory }) => {
    directories.push(directory);
    const names = await readdir(directory);
    const files = names.map(async (name) => `${name}: ${await readFile(join(directory, name), 'utf8')}`);
    return { code: 0, lines: [...args, ...(await Promise.all(files))] };
  },
};

afterEach(() => {
  expect(directories.splice(0).filter(existsSync)).toEqual([]);
});

describe('/exec', () => {
  test('runs a tool with words cut as a shell does, and expands nothing', async () => {
    const t = new ServerUnderTest({ tools: { look } });

    const response = await t.post('/exec', { headers: { 'x-shell': 'look \'a b\' "c $HOME" d\\ e *' } });

    expect(response.json()).toEqual({ code: 0, stdout: ['a b', 'c $HOME', 'd e', '*'] });
  });

  test('runs a tool with exactly the words that our own clients say', async () => {
    const t = new ServerUnderTest({ tools: { look } });

    const headers = { 'x-shell': 'look a  b  ', 'x-ochopod-arguments': "look 'a  b' '' ' '" };
    const response = await t.post('/exec', { headers });

    expect(response.json()).toEqual({ code: 0, stdout: ['a  b', '', ' '] });
  });

  test('reads its header as UTF-8', async () => {
    const t = new ServerUnderTest({ tools: { look } });

    const shellLine = Buffer.from('look Grüße 🙂', 'utf8').toString('latin1');
    const response = await t.post('/exec', { headers: { 'x-shell': shellLine } });

    expect(response.json().stdout).toEqual(['Grüße', '🙂']);
  });

  test('lays uploaded files into a directory of its own, under their base names', async () => {
    const t = new ServerUnderTest({ tools: { look } });

    const response = await t.post('/exec', {
      ...multipart([
        { name: '/tmp/deep/a.txt', filename: '/tmp/deep/a.txt', content: 'A' },
        { name: 'x', filename: '../../../b.txt', content: 'B' },
        { name: 'c.txt', content: 'C' },
        { name: 'd', filename: 'C:\\\\d.txt', content: 'D' },
      ]),
    });

    expect(response.statusCode).toBe(200);
    expect(response.json().stdout.toSorted()).toEqual(['a.txt: A', 'b.txt: B', 'c.txt: C', 'd.txt: D']);
  });

  test.each([
    ['the parent directory', ['a/..']],
    ['the directory itself', ['.']],
    ['an empty name', ['a/']],
    ['the same name twice', ['a/x', 'b/x']],
  ])('refuses %s as a file name', async (_case, names) => {
    const t = new ServerUnderTest({ tools: { look } });

    const parts = names.map((filename) => ({ name: 'f', filename, content: 'x' }));
    const response = await t.post('/exec', multipart(parts));

    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'INVALID_INPUT' });
  });

  test.each([
    ['bytes', { uploadBytes: 1000 }],
    ['files', { uploadedFiles: 2 }],
  ])('answers 413 to too many %s', async (_case, limits) => {
    const t = new ServerUnderTest({ tools: { look }, limits });

    const parts = ['a', 'b', 'c'].map((filename) => ({ name: 'f', filename, content: 'x'.repeat(600) }));

    expect((await t.post('/exec', multipart(parts))).statusCode).toBe(413);
  });

  test('answers 400 to a multipart body that is none', async () => {
    const t = new ServerUnderTest({ tools: { look } });

    const { headers } = multipart([]);
    const response = await t.post('/exec', { payload: 'nonsense', headers });

    expect(response.statusCode).toBe(400);
  });

  test('says which tools there are', async () => {
    const t = new ServerUnderTest({ tools: { look, backup: look } });

    const response = await t.post('/exec', { headers: { 'x-shell': 'restore now' } });

    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      code: 'NOT_FOUND',
      message: 'unknown tool "restore", available: backup, look',
    });
  });

  test.each([
    ['without the header', undefined],
    ['with an empty one', ' '],
    ['with a quote that is not closed', 'look "a'],
  ])('answers 400 %s', async (_case, line) => {
    const t = new ServerUnderTest({ tools: { look } });

    expect((await t.post('/exec', line === undefined ? {} : { headers: { 'x-shell': line } })).statusCode).toBe(400);
  });

  test('tells what a tool threw, and tidies up', async () => {
    const fail: Tool = {
      run: ({ directory }) => {
        directories.push(directory);
        throw new Error('disk full');
      },
    };
    const t = new ServerUnderTest({ tools: { fail } });

    const response = await t.post('/exec', { headers: { 'x-shell': 'fail' } });

    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({ code: 'POD_FAILED', message: 'tool fail failed: disk full' });
  });

  test('ends the tool of a caller that hangs up', async () => {
    const calls: ToolCall[] = [];
    const wait: Tool = {
      run: (call) => {
        calls.push(call);
        return new Promise((_resolve, reject) =>
          call.signal.addEventListener('abort', () => reject(call.signal.reason)),
        );
      },
    };
    const t = new ServerUnderTest({ tools: { wait } });
    await t.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = t.app.server.address() as AddressInfo;
    const caller = request({ port, method: 'POST', path: '/exec', headers: { 'x-shell': 'wait' } });
    caller.on('error', () => {});
    caller.end();

    const started = await eventually(() => calls[0]);
    caller.destroy();

    await eventually(() => started.signal.aborted, 'the end of the tool');
    await eventually(() => !existsSync(started.directory), 'the end of its directory');
    await t.app.close();
  });
});

describe('a control request', () => {
  test('goes on when its caller hangs up', async () => {
    const t = new ServerUnderTest();
    let done: () => void = () => {};
    t.answer = () =>
      new Promise<void>((resolve) => {
        done = resolve;
      });
    await t.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = t.app.server.address() as AddressInfo;
    const caller = request({ port, method: 'POST', path: '/control/off/60' });
    caller.on('error', () => {});
    caller.end();
    await eventually(() => t.asked.length === 1);
    const sockets = () =>
      new Promise<number>((resolve) => t.app.server.getConnections((_error, count) => resolve(count)));

    caller.destroy();
    await eventually(async () => (await sockets()) === 0, 'the end of the connection');

    expect(t.signals[0]?.aborted).toBe(false);
    done();
    await t.app.close();
  });
});

describe('the shell tool', () => {
  test('runs a command line where the files are', async () => {
    const t = new ServerUnderTest({ tools: { shell } });

    const { payload, headers } = multipart([{ name: '/tmp/a.txt', filename: '/tmp/a.txt', content: 'one\ntwo\n' }]);
    const line = 'shell cat a.txt | tac; echo $GREETING >&2; exit 7';
    const response = await t.post('/exec', { payload, headers: { ...headers, 'x-shell': line } });

    expect(response.json()).toEqual({ code: 7, stdout: ['two', 'one', 'hello'] });
  });

  test('cuts what is too long, and says so', async () => {
    const t = new ServerUnderTest({ tools: { shell } });

    const response = await t.post('/exec', { headers: { 'x-shell': 'shell yes 0123456 | head -c 12000000' } });

    const { code, stdout } = response.json();
    expect(code).toBe(0);
    expect(stdout.at(-1)).toBe('(output cut after 10485760 bytes)');
    expect(stdout.length).toBeLessThan(1_400_000);
  });

  test('ends with its shell, whatever that leaves in the background', async () => {
    const t = new ServerUnderTest({ tools: { shell } });

    const response = await t.post('/exec', { headers: { 'x-shell': 'shell sleep 1000 & echo $!; exit 3' } });

    const { code, stdout } = response.json();
    expect(code).toBe(3);
    expect(await isAlive(Number(stdout[0]))).toBe(true);
    process.kill(Number(stdout[0]), 'SIGKILL');
  });

  test('tells what was printed when the time is up, and takes everything it started along', async () => {
    const t = new ServerUnderTest({ tools: { shell } });
    const headers = { 'x-shell': 'shell sleep 1000 & echo $! > "$OUT"; echo begun; wait', 'x-ochopod-time-limit': '5' };
    const out = join(tmpdir(), `ochopod-test-${process.pid}-pid`);
    t.environment = { ...t.environment, OUT: out };
    const answered = t.post('/exec', { headers });
    const pid = Number(await eventually(async () => (await readFile(out, 'utf8').catch(() => '')).trim() || undefined));

    t.clock.advance(5000);

    const response = await answered;
    expect(response.statusCode).toBe(408);
    expect(response.json()).toEqual({
      code: 'TIMEOUT',
      message: 'tool shell did not finish within 5 s',
      stdout: ['begun'],
    });
    await eventually(async () => !(await isAlive(pid)), 'the end of the grandchild');
    await rm(out);
  });

  test.each(['0', '3601', 'soon', '1.5'])('answers 400 to a time limit of %s', async (limit) => {
    const t = new ServerUnderTest({ tools: { shell } });
    const headers = { 'x-shell': 'shell true', 'x-ochopod-time-limit': limit };

    expect((await t.post('/exec', { headers })).statusCode).toBe(400);
  });
});

interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly content: string;
}

function multipart(parts: readonly Part[]): { payload: string; headers: Record<string, string> } {
  const boundary = 'xxBOUNDARYxx';
  const texts = parts.map(({ name, filename, content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
  });
  return {
    payload: `${texts.join('')}--${boundary}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-shell': 'look' },
  };
}
