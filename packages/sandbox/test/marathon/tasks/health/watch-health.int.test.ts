import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import process from 'node:process';

import { systemClock } from 'ochopod-core';
import { describe, expect, test, vi } from 'vitest';

import type { HealthCheck } from '../../../../src/marathon/app/app.ts';
import { askCommand } from '../../../../src/marathon/tasks/health/ask-command.ts';
import { askHttp } from '../../../../src/marathon/tasks/health/ask-http.ts';
import type { HealthResult, RunningTask } from '../../../../src/marathon/tasks/task-runner.ts';
import { appWith, definedPort, healthCheck } from '../apps.ts';
import { isAlive, RunnerUnderTest, says } from '../runner-under-test.ts';

/** Answers with the status that stands in the file `status` of its directory, 200 without one and while it is written. */
const server = `
  const { readFileSync } = require('node:fs');
  const status = () => { try { return Number(readFileSync('status', 'utf8')) || 200; } catch { return 200; } };
  require('node:http')
    .createServer((request, response) => response.writeHead(status(), { location: '/' }).end('x'.repeat(1e6)))
    .listen(Number(process.env.PORT0), '127.0.0.1', () => console.log('ready'));
`;

/** Never given up on unless told: where the machine is busy, programs start late and answer late. */
const PATIENT = { intervalSeconds: 0.05, timeoutSeconds: 0.5, delaySeconds: 0, maxConsecutiveFailures: 1000 };

const app = (check: Partial<HealthCheck>, cmd?: string) =>
  appWith({
    ...(cmd === undefined ? { args: [process.execPath, '-e', server] } : { cmd }),
    portDefinitions: [{ ...definedPort, name: 'http' }],
    healthChecks: [healthCheck({ ...PATIENT, ...check })],
  });

/** Wait for a result that looks like this. */
async function untilHealth(task: RunningTask, wanted: Partial<HealthResult>): Promise<HealthResult> {
  let last: HealthResult | undefined;
  task.watchHealth((_check, result) => {
    last = result;
  });
  await vi.waitFor(() => expect(last).toMatchObject(wanted), { timeout: 20_000 });
  if (last === undefined) throw new Error('there was none');
  return last;
}

describe('a health check by HTTP', () => {
  test('finds a task healthy that answers', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(app({ protocol: 'HTTP' }));

    await untilHealth(task, { alive: true });
  });

  test('finds one failing whose answer is an error', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(app({ gracePeriodSeconds: 0 }));
    await says(task, /ready/);
    await writeFile(`${task.directory}/status`, '503');

    await untilHealth(task, { alive: false, lastFailureCause: 'it answered 503' });
  });

  test('says when it is enough for one where nobody answers', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(
      app({ protocol: 'MESOS_HTTP', gracePeriodSeconds: 0, maxConsecutiveFailures: 3 }, 'exec sleep 1000'),
    );

    const health = await untilHealth(task, { isFatal: true });

    expect(health).toMatchObject({ consecutiveFailures: 3, lastFailureCause: expect.stringContaining('ECONNREFUSED') });
  });

  test('is late when there is no answer in time', async () => {
    await using t = await RunnerUnderTest.create();
    const silent = `require('node:net').createServer().listen(Number(process.env.PORT0), '127.0.0.1')`;
    const task = await t.launch(
      app(
        { gracePeriodSeconds: 0, timeoutSeconds: 0.1, intervalSeconds: 0.5 },
        `exec ${process.execPath} -e "${silent}"`,
      ),
    );

    const health = await untilHealth(task, { lastFailureCause: 'the health check did not finish within 0.1 s' });

    expect(health.alive).toBe(false);
  });
});

test('a task that sends interim answers without end is hung up on', async () => {
  const flood = createNetServer((socket) => {
    const more = () => void (socket.writable && socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100), more));
    socket.on('error', () => {}).once('data', more);
  });
  await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve));
  const { port } = flood.address() as AddressInfo;
  const question = { isSecure: false, host: '127.0.0.1', port, path: '/', clock: systemClock };

  await expect(askHttp({ ...question, signal: new AbortController().signal })).rejects.toMatchObject({
    message: expect.stringContaining('one interim answer after the other'),
  });
  await new Promise((resolve) => flood.close(resolve));
});

describe('a health check by TCP', () => {
  test('finds a task healthy that listens', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch(app({ protocol: 'TCP' }));

    await untilHealth(task, { alive: true });
  });
});

describe('a health check by a command', () => {
  test('runs in the directory and the environment of the task', async () => {
    await using t = await RunnerUnderTest.create();
    const command = { value: `test -f stdout && test "$MESOS_SANDBOX" = "$PWD"` };
    const task = await t.launch(app({ protocol: 'COMMAND', command }));

    await untilHealth(task, { alive: true });
  });

  test('has its answer before whatever the command left behind is looked for', async () => {
    const signal = new AbortController().signal;
    const left = { command: 'sleep 1000 & exit 7', env: { PATH: process.env['PATH'] ?? '' } };
    const { exit, gone } = await askCommand(left, { clock: systemClock, signal });
    let isGone = false;
    const told = gone.then(() => {
      isGone = true;
    });
    await Promise.resolve();

    expect({ exit, isGone }).toMatchObject({ exit: { code: 7 }, isGone: false });
    await told;
  });

  test('fails as the command does, and takes what that started with it when it is late', async () => {
    await using t = await RunnerUnderTest.create();
    const value = 'if test -f once; then exit 7; fi; touch once; sleep 1000 & echo $! > pid; wait';
    const task = await t.launch(
      app({
        protocol: 'COMMAND',
        command: { value },
        gracePeriodSeconds: 0,
        timeoutSeconds: 1,
        intervalSeconds: 0.1,
      }),
    );

    await untilHealth(task, { lastFailureCause: 'the command exited with status 7' });

    const child = Number(await readFile(`${task.directory}/pid`, 'utf8'));
    await vi.waitFor(async () => expect(await isAlive(child)).toBe(false));
  });
});

test('nobody is asked after a task that has ended', async () => {
  await using t = await RunnerUnderTest.create();
  const task = await t.launch(
    app({ protocol: 'COMMAND', command: { value: 'echo asked >> asked' } }, 'exec sleep 1000'),
  );
  await untilHealth(task, { alive: true });
  let late = 0;

  task.kill(1000);
  await task.ended;
  task.watchHealth(() => {
    late += 1;
  });
  await expect(task.untilReady(new AbortController().signal)).resolves.toBeUndefined();

  expect(late).toBe(0);
});

describe('a readiness check', () => {
  const readiness = {
    name: 'up',
    protocol: 'HTTP' as const,
    path: '/',
    portName: 'http',
    intervalSeconds: 0.05,
    timeoutSeconds: 1,
    httpStatusCodesForReady: [201],
    preserveLastResponse: false,
  };

  test('is asked until it says yes', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch({ ...app({}), healthChecks: [], readinessChecks: [readiness] });
    await says(task, /ready/);
    let isReady = false;
    const ready = task.untilReady(new AbortController().signal).then(() => {
      isReady = true;
    });

    expect(isReady).toBe(false);
    await writeFile(`${task.directory}/status`, '201');

    await ready;
    expect(isReady).toBe(true);
  });

  test('is over when nobody waits any more, or the task has ended', async () => {
    await using t = await RunnerUnderTest.create();
    const task = await t.launch({ ...app({}), healthChecks: [], readinessChecks: [readiness] });
    const nobody = new AbortController();
    const first = task.untilReady(nobody.signal);
    const second = task.untilReady(new AbortController().signal);

    nobody.abort(new Error('nobody waits'));
    task.kill(1000);

    await expect(first).rejects.toThrow('nobody waits');
    await expect(second).rejects.toThrow('the task has ended');
  });
});

test('a check lets go of an answer that trickles for ever', async () => {
  const trickling = createServer((_request, response) => void response.writeHead(200).write('and'));
  const closed = new Promise((resolve) => trickling.once('connection', (socket) => socket.once('close', resolve)));
  await new Promise<void>((resolve) => trickling.listen(0, '127.0.0.1', resolve));
  const { port } = trickling.address() as AddressInfo;
  const { signal } = new AbortController();

  const status = await askHttp({ isSecure: false, host: '127.0.0.1', port, path: '/', clock: systemClock, signal });

  expect(status).toBe(200);
  await closed;
  trickling.close();
});
