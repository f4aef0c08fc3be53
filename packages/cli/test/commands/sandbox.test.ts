import { OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { FakeSandboxes } from '../support/fake-sandboxes.ts';
import { ocho, words } from '../support/ocho.ts';

const WORLD = { pods: [] };
const DIRECTORY = '/home/ann/.local/state/ochopod/sandbox/default';
const EXPORTS = 'export OCHOPOD_ZK=zk://127.0.0.1:2181\nexport MARATHON_MASTER=127.0.0.1:8080\n';

describe('sandbox up', () => {
  test('in the background prints what a shell is to export, and nothing else', async () => {
    const sandboxes = new FakeSandboxes();
    const { out, err, code } = await ocho(words('sandbox up --detach --zk-port 2181 --data state'), WORLD, {
      sandboxes,
    });

    expect({ out, err, code }).toEqual({ out: EXPORTS, err: '', code: 0 });
    expect(sandboxes.asked).toEqual([{ detach: { name: 'default', zkPort: 2181, data: `${process.cwd()}/state` } }]);
  });

  test('says in JSON where it is', async () => {
    const { out } = await ocho(words('sandbox up --detach -j'), WORLD, { sandboxes: new FakeSandboxes() });

    expect(JSON.parse(out)).toEqual({
      ...{ name: 'default', pid: 4711, startTicks: '12345', directory: DIRECTORY },
      ...{ zookeeper: '127.0.0.1:2181', marathon: '127.0.0.1:8080' },
      environment: { OCHOPOD_ZK: 'zk://127.0.0.1:2181', MARATHON_MASTER: '127.0.0.1:8080' },
    });
  });

  test('in the foreground says each change of an application once, until it is told to end', async () => {
    const sandboxes = new FakeSandboxes();
    const end = new AbortController();
    const web = { id: '/web', instances: 2, running: 0, isDeploying: true };
    const story = async () => {
      await untilAnnounced(sandboxes);
      sandboxes.change([web]);
      await pause();
      sandboxes.change([{ ...web, running: 2, isDeploying: false }]);
      await pause();
      sandboxes.change([{ ...web, running: 2, isDeploying: false }]);
      sandboxes.tell('zookeeper: session 0x1 expired');
      await pause();
      sandboxes.change([]);
      await pause();
      end.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));
    };
    const playing = story();
    const { out, err, code } = await ocho(words('sandbox up'), WORLD, { sandboxes, signal: end.signal });
    await playing;

    expect({ out, code, closed: sandboxes.closed }).toEqual({ out: EXPORTS, code: 0, closed: 1 });
    expect(err.replaceAll('1970-01-01T00:00:00.000Z ', '').split('\n')).toEqual([
      '/web  0/2 running, deploying',
      '/web  2/2 running',
      'zookeeper: session 0x1 expired',
      '/web  gone',
      'interrupted: the sandbox ends',
      '',
    ]);
  });

  test('tells whoever started it in the background why it cannot start', async () => {
    const sandboxes = new FakeSandboxes();
    sandboxes.failure = new OchoError('it runs already', { code: 'CONFLICT', hint: 'Take another --name.' });
    const { err, code } = await ocho(words('sandbox up'), WORLD, { sandboxes });

    expect({ err, code }).toEqual({ err: 'error: it runs already\nhint: Take another --name.\n', code: 4 });
    expect(sandboxes.announced).toEqual([
      { error: { code: 'CONFLICT', message: 'it runs already', hint: 'Take another --name.' } },
    ]);
  });

  test.each(['--zk-port 0', '--marathon-port 65536', '--zk-port x'])('refuses %s', async (flags) => {
    expect((await ocho(words(`sandbox up ${flags}`), WORLD)).code).toBe(2);
  });
});

describe('sandbox status', () => {
  test('shows everything that runs', async () => {
    const sandboxes = new FakeSandboxes().add('default');
    sandboxes.applications = [
      { id: '/web', instances: 2, running: 1, healthy: 1, isDeploying: false, lastFailure: 'Command exited with 3' },
    ];
    const { out, code } = await ocho(words('sandbox status'), WORLD, { sandboxes });

    expect(code).toBe(0);
    expect(out).toBe(
      [
        'zookeeper\t127.0.0.1:2181',
        'marathon\t127.0.0.1:8080',
        'pid\t4711',
        `directory\t${DIRECTORY}`,
        'fault\tnew connections are refused',
        '/web\t1/2\t1\tCommand exited with 3',
        'web.instance-1._app.1\trunning\t99\t31000,31001\t/tasks/web',
        '0x1\t127.0.0.1:5\t4s\t1\t2\n',
      ].join('\n'),
    );
  });

  test.each([
    { condition: undefined, says: 'the sandbox "default" does not run' },
    { condition: 'starting', says: 'the sandbox "default" is still starting' },
    { condition: 'crashed', says: 'the sandbox "default" has crashed' },
  ] as const)('of one that is $condition ends with 3', async ({ condition, says }) => {
    const sandboxes = condition === undefined ? new FakeSandboxes() : new FakeSandboxes().add('default', condition);
    const { err, code } = await ocho(words('sandbox status'), WORLD, { sandboxes });

    expect(code).toBe(3);
    expect(err).toContain(says);
    expect(err).toContain('ocho sandbox up');
  });

  test('of one that does not answer ends with 7', async () => {
    const sandboxes = new FakeSandboxes().add('default');
    sandboxes.failure = new OchoError('the sandbox does not answer', { code: 'UNREACHABLE' });

    expect((await ocho(words('sandbox status'), WORLD, { sandboxes })).code).toBe(7);
  });

  test('lists every sandbox with --all', async () => {
    const sandboxes = new FakeSandboxes().add('a').add('b', 'crashed');
    const { out } = await ocho(words('sandbox status --all -j'), WORLD, { sandboxes });

    expect(JSON.parse(out)).toEqual({
      a: expect.objectContaining({ condition: 'running', pid: 4711, zookeeper: '127.0.0.1:2181' }),
      b: expect.objectContaining({ condition: 'crashed' }),
    });
  });
});

describe('sandbox fault', () => {
  test('says what was done, and what is in force', async () => {
    const sandboxes = new FakeSandboxes().add('default');
    const { out } = await ocho(words('sandbox fault delay --ms 500'), WORLD, { sandboxes });

    expect(sandboxes.asked).toEqual([{ fault: 'delay', ms: 500, session: undefined }]);
    expect(out).toBe('did delay\nin force: something is broken\n');
  });

  test('of an unknown session ends with 3', async () => {
    const sandboxes = new FakeSandboxes().add('default');

    expect((await ocho(words('sandbox fault expire --session 0x9'), WORLD, { sandboxes })).code).toBe(3);
  });

  test('refuses a button that there is not', async () => {
    const { err, code } = await ocho(words('sandbox fault explode'), WORLD);

    expect(code).toBe(2);
    expect(err).toContain('expire, drop, hold');
  });
});

describe('sandbox logs', () => {
  const files = {
    [`${DIRECTORY}/sandbox.log`]: 'one\ntwo\nthree\n',
    '/tasks/web/stdout': 'hello\n',
    '/tasks/web/stderr': 'oh\nno\n',
    '/tasks/old/stdout': 'once\n',
  };
  const task = (taskId: string, instance: string, directory: string) => ({ taskId, instance, directory });
  const web = task('web.instance-1._app.1', 'web.instance-1', '/tasks/web');

  test("are its own, without an application's name", async () => {
    const sandboxes = new FakeSandboxes().add('default');

    expect((await ocho(words('sandbox logs -n 2'), WORLD, { sandboxes, files })).out).toBe('two\nthree\n');
  });

  test('of a task are both outputs, each line marked, unless one is wanted', async () => {
    const sandboxes = new FakeSandboxes().add('default');
    sandboxes.tasks = [web];
    const run = async (line: string) => (await ocho(words(line), WORLD, { sandboxes, files })).out;

    expect(await run('sandbox logs web')).toBe('stdout\thello\nstderr\toh\nstderr\tno\n');
    expect(await run('sandbox logs web --stderr -n 1')).toBe('no\n');
    expect(JSON.parse(await run('sandbox logs web -j'))).toEqual({
      'web.instance-1._app.1 stdout': { lines: ['hello'] },
      'web.instance-1._app.1 stderr': { lines: ['oh', 'no'] },
    });
  });

  test('leave out tasks that were replaced, unless there are no others', async () => {
    const sandboxes = new FakeSandboxes().add('default');
    const old = task('web.instance-0._app.1', 'web.instance-0', '/tasks/old');
    sandboxes.tasks = [old, web];
    const run = async () => (await ocho(words('sandbox logs web --stdout'), WORLD, { sandboxes, files })).out;

    expect(await run()).toBe('hello\n');
    sandboxes.tasks = [old];
    expect(await run()).toBe('once\n');
  });

  test('are followed with one JSON object per line', async () => {
    const sandboxes = new FakeSandboxes().add('default');
    const end = new AbortController();
    setImmediate(() => end.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
    const { out, code } = await ocho(words('sandbox logs -f -j -n 1'), WORLD, { sandboxes, files, signal: end.signal });

    expect(out.startsWith('{"source":"sandbox","line":"three"}\n')).toBe(true);
    expect(code).toBe(130);
  });

  test.each([
    { line: 'sandbox logs', sandboxes: new FakeSandboxes(), says: 'does not run' },
    { line: 'sandbox logs', sandboxes: new FakeSandboxes().add('default'), says: 'keeps no log' },
    { line: 'sandbox logs web', sandboxes: new FakeSandboxes().add('default'), says: 'no task ran for "web"' },
  ])('$line: $says, and the exit code is 3', async ({ line, sandboxes, says }) => {
    const { err, code } = await ocho(words(line), WORLD, { sandboxes });

    expect(err).toContain(says);
    expect(code).toBe(3);
  });
});

describe('sandbox env', () => {
  test('prints what another shell is to export', async () => {
    expect((await ocho(words('sandbox env'), WORLD, { sandboxes: new FakeSandboxes().add('default') })).out).toBe(
      EXPORTS,
    );
    expect((await ocho(words('sandbox env'), WORLD)).code).toBe(3);
  });
});

describe('sandbox down', () => {
  test('that nothing runs is as it should be', async () => {
    const { out, err, code } = await ocho(words('sandbox down'), WORLD);

    expect({ out, err, code }).toEqual({ out: 'default\tdid not run\n', err: '', code: 0 });
  });

  test('ends every one with --all, and says which did not', async () => {
    const sandboxes = new FakeSandboxes().add('a').add('b', 'crashed').add('stubborn');
    const { out, code } = await ocho(words('sandbox down --all'), WORLD, { sandboxes });

    expect(out).toBe('a\tended\nb\tcleaned up\nstubborn\tfailed\tTIMEOUT: it does not end\n');
    expect(code).toBe(5);
    expect([...sandboxes.there.keys()]).toEqual(['stubborn']);
  });

  test('--all with a name is refused', async () => {
    expect((await ocho(words('sandbox down --all --name x'), WORLD)).code).toBe(2);
  });
});

async function untilAnnounced(sandboxes: FakeSandboxes): Promise<void> {
  while (sandboxes.announced.length === 0) await pause();
}

/** The time of these tests runs whenever something waits for it. */
async function pause(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
