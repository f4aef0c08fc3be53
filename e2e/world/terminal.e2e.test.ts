// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what is looked for
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { systemClock } from 'ochopod-core';
import { connectSession } from 'ochopod-core/zookeeper';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SandboxStage } from '../support/sandbox-stage.ts';

const OCHO = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'ocho.cjs');
/** Names the window, clears it, turns the writing round, forges a row. */
const EVIL = '\u001B]0;owned\u0007\u001B[31m\u009B2J\u202Eab\u2066\u200B\r\nFORGED row\nFORGED';

describe('on a terminal', () => {
  const stage = new SandboxStage();
  const pod = evilPod();
  const obedient = obedientPod();
  let env: Record<string, string> = {};

  beforeAll(async () => {
    env = (await stage.json('up', '--detach', '--containers', 'none')).environment;
    await register(env['OCHOPOD_ZK'] ?? '', { cluster: 'demo.evil', node: EVIL, port: portOf(await pod) });
    await register(env['OCHOPOD_ZK'] ?? '', { cluster: 'demo.web', node: 'here', port: portOf(await obedient.server) });
  });
  afterAll(async () => {
    (await pod).close();
    (await obedient.server).close();
    await stage[Symbol.asyncDispose]();
  });

  test.each([
    ...['ls', 'grep', 'poll', 'info demo.evil', 'port 80', 'log demo.evil', 'exec demo.evil --force shell'],
    ...['on demo.evil --force', 'ls -j', 'info demo.evil -j', 'log demo.evil -j', 'ls --debug', 'help nosuch'],
  ])('nothing that a pod wrote steers it or forges a row: ocho %s', async (line) => {
    const shown = await onTerminal(line);

    expect(shown.length).toBeGreaterThan(0);
    expect(shown.split(/\r?\n/).filter((each) => OBEYED.test(each) || each.startsWith('FORGED'))).toEqual([]);
  });

  test('a log has its colours with --raw, and nothing else', async () => {
    const shown = await onTerminal('log demo.evil --raw');

    expect(shown).toContain('\u001B[31m');
    expect(shown).not.toMatch(/\u001B\]|\u009B|\u202E|\u0007/);
  });

  describe('a question comes before every pod of a cluster is changed', () => {
    test('and yes does it; what is asked is no result', async () => {
      const result = join(stage.home, 'result');
      const { code, shown } = await asked(`off demo.web > ${result}`, 'y\r');

      expect(shown).toContain('demo.web: 1 pod, #0');
      expect({ code, told: obedient.told() }).toEqual({ code: 0, told: ['/control/off'] });
      expect(readFileSync(result, 'utf8')).toBe('demo.web #0\toff\n');
    });

    test.each([
      { answer: 'no', typed: 'n\r', ends: 2, says: 'the answer was no' },
      { answer: 'Enter', typed: '\r', ends: 2, says: 'the answer was no' },
      { answer: 'Ctrl-D', typed: '\u0004', ends: 2, says: 'the answer was no' },
      { answer: 'Ctrl-C', typed: '\u0003', ends: 130, says: 'interrupted' },
      { answer: 'SIGTERM', signal: 'SIGTERM' as const, ends: 130, says: 'told to end by SIGTERM' },
      { answer: 'SIGHUP', signal: 'SIGHUP' as const, ends: 130, says: 'told to end by SIGHUP' },
    ])('and $answer leaves all as it is, also the terminal', async ({ typed = '', signal, ends, says }) => {
      const { code, shown } = await asked('off demo.web', typed, signal);

      expect(shown).toContain(`error: ${says}: nothing was changed`);
      expect({ code, told: obedient.told() }).toEqual({ code: ends, told: [] });
      expect(shown).toMatch(/ icanon .* echo /s);
    });

    test.each(['off demo.web < /dev/null', 'off demo.web 2>&1 | cat', 'CI off demo.web', 'off demo.web -j'])(
      'but not where nobody can answer: %s',
      async (line) => {
        const shown = line.startsWith('CI ') ? await onTerminal(line.slice(3), { CI: 'true' }) : await onTerminal(line);

        expect(shown).toContain('no pod chosen');
        expect([shown.includes('y/N'), obedient.told()]).toEqual([false, []]);
      },
    );

    test('and in an interactive session its answer is no line', async () => {
      const { code, shown } = await conversation('cli', [
        ['ocho> ', 'off demo.web\r'],
        ['(y/N)', 'y\r'],
        ['ocho> ', 'off demo.web\r'],
        ['(y/N)', '\u0003'],
        ['ocho> ', 'exit\r'],
      ]);

      expect(shown).toContain('error: interrupted: nothing was changed');
      expect(shown).not.toContain('there is no command');
      expect({ code, told: obedient.told() }).toEqual({ code: 0, told: ['/control/off'] });
    });
  });

  /** Answer the question that a command asks, by typing or by a signal. */
  function asked(line: string, typed: string, signal?: NodeJS.Signals): Promise<Conversed> {
    return conversation(line, [['(y/N)', signal ?? typed]]);
  }

  /** Type when something is shown. The shell says how the command ended, and how the terminal is then. */
  function conversation(line: string, turns: readonly Turn[]): Promise<Conversed> {
    const ocho = `sh -c 'echo pid $$. >&2; exec "$0" "$@"' ${process.execPath} ${OCHO} ${line}`;
    const options = { env: { ...process.env, ...env, TERM: 'xterm', CI: '' } };
    const child = spawn('script', ['-qec', `${ocho}; code=$?; stty -a; exit $code`, '/dev/null'], options);
    const left = [...turns];
    let shown = '';
    let seen = 0;
    child.stdout.on('data', (chunk) => {
      shown += chunk;
      const [turn] = left;
      if (turn === undefined || !shown.slice(seen).includes(turn[0])) return;
      seen = shown.length;
      left.shift();
      if (turn[1].startsWith('SIG')) process.kill(Number(/pid (\d+)\./.exec(shown)?.[1]), turn[1] as NodeJS.Signals);
      else child.stdin.write(turn[1]);
    });
    return new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, shown: shown.replaceAll(/\u001B\[[\d;?]*[A-Za-z]/g, '') }));
    });
  }

  /** What arrives there, but for the bold heads of tables and wiped lines, which are ours. */
  function onTerminal(line: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const command = `${process.execPath} ${OCHO} ${line}`;
    return new Promise((resolve) => {
      const options = { env: { ...process.env, CI: '', ...env, ...more, TERM: 'xterm' } };
      execFile('script', ['-qec', command, '/dev/null'], options, (_error, out) =>
        resolve(out.replaceAll(/\u001B\[(?:1m|22m|0m|K|A)|\r(?=\u001B|\r?\n)/g, '')),
      );
    });
  }
});

type Turn = readonly [shown: string, typed: string];

interface Conversed {
  readonly code: number | null;
  readonly shown: string;
}

const OBEYED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/;

describe('a result that cannot be written', () => {
  test.each([
    { when: 'the disk is full', redirect: '> /dev/full', ends: 9, says: /^error: .*is done, but .*ENOSPC.*\n$/ },
    {
      when: 'it is open for reading only',
      redirect: '1< /dev/null',
      ends: 9,
      says: /^error: .*is done, but .*EBADF.*\n$/,
    },
    { when: 'the disk with what is said beside is full', redirect: '2> /dev/full', ends: 0, says: /^$/ },
    { when: 'there is nowhere to write to', redirect: '>&- 2>&-', ends: 0, says: /^$/ },
    { when: 'its reader has seen enough', redirect: '| true; exit 0', ends: 0, says: /^$/ },
  ])('when $when: $redirect', async ({ redirect, ends, says }) => {
    for (const line of ['explain', 'help ls', '--version']) {
      const { code, stderr } = await shell(`"${process.execPath}" "${OCHO}" ${line} ${redirect}`);

      expect({ line, code, stderr }).toEqual({ line, code: ends, stderr: expect.stringMatching(says) });
    }
  });
});

test.each([
  { line: 'depoly web.yaml', says: 'Did you mean `ocho deploy`?' },
  { line: 'sandbox lgos web', says: 'Did you mean `ocho sandbox logs`?' },
  { line: 'help nosuch', says: 'there is no command nosuch' },
  { line: 'nosuch --help', says: 'there is no command nosuch' },
  { line: 'sandbox --nope', says: 'nonexistent flag: --nope' },
  { line: 'ls --tiemout 5', says: 'Did you mean --timeout?' },
])('what is no command is refused with 2: ocho $line', async ({ line, says }) => {
  const { code, stderr } = await shell(`"${process.execPath}" "${OCHO}" ${line}`);

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  expect(stderr).toMatch(/^error: /);
});

test('help is wrapped once', async () => {
  for (const command of ['bump', 'deploy', 'log', 'sandbox up']) {
    const { stdout } = await shell(`"${process.execPath}" "${OCHO}" ${command} --help`);
    const paragraphs = stdout.slice(stdout.indexOf('DESCRIPTION')).split('\n\n');
    for (const lines of paragraphs.map((each) => each.split('\n').slice(0, -1))) {
      expect.soft(lines.filter((line) => line.startsWith('  ') && line.length < 60 && !line.includes('$'))).toEqual([]);
    }
  }
});

function shell(command: string): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { env: { ...process.env, COLUMNS: '100' } }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** A control port that answers everything with the same text. */
async function evilPod(): Promise<Server> {
  const said = { node: EVIL, public: EVIL, application: EVIL, task: EVIL, status: EVIL, metrics: { [EVIL]: EVIL } };
  const answers: Record<string, unknown> = {
    '/log': [`${EVIL}\n`],
    '/shell': { shell: { ok: true, code: 0, stdout: [EVIL] } },
    '/info': { ...said, state: EVIL, process: EVIL, ip: '', port: '1', ports: {}, dependencies: [] },
  };
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[request.url?.replace(/\?.*/, '') ?? ''];
    response.statusCode = answer === undefined ? 406 : 200;
    response.end(JSON.stringify(answer ?? { message: EVIL, error: EVIL }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** A control port that does whatever it is told, and what it was told since `told` was last called. */
function obedientPod() {
  let told: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? '', 'http://pod');
    if (pathname.startsWith('/control/')) told.push(pathname.split('/').slice(0, 3).join('/'));
    response.end('{}');
  });
  return {
    server: new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server))),
    told: () => {
      const since = told;
      told = [];
      return since;
    },
  };
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

interface Registered {
  readonly cluster: string;
  readonly node: string;
  readonly port: number;
}

async function register(servers: string, { cluster, node, port }: Registered): Promise<void> {
  const { signal } = new AbortController();
  const session = await connectSession(
    { servers, connectTimeoutMs: 10_000, sessionTimeoutMs: 10_000, clock: systemClock },
    signal,
  );
  const registration = {
    ip: '127.0.0.1',
    port: '8080',
    ports: { 8080: port, 80: 1 },
    node,
    public: node,
    [node]: node,
    seq: 0,
  };
  const path = `/ochopod/clusters/${cluster}/pods/evil.0000000000`;
  await session.ensure(path, signal);
  await session.set(path, JSON.stringify(registration), signal);
  await session.close();
}
