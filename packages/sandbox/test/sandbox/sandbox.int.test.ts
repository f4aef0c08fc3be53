import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OchoError, systemClock } from 'ochopod-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { askStatus, orderFault, untilEnded } from '../../src/sandbox/control-client.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { findSandbox, listSandboxes } from '../../src/sandbox/sandbox-state.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { stopSandbox } from '../../src/sandbox/stop-sandbox.ts';
import { FakeParts } from './support/fake-parts.ts';

const { signal } = new AbortController();
const DEAD = { pid: 2 ** 22 + 1, startTicks: '1' };

describe('a sandbox', () => {
  let home: string;
  let parts: FakeParts;
  const open: Sandbox[] = [];

  beforeEach(() => {
    home = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'home');
    parts = new FakeParts();
  });

  afterEach(async () => {
    for (const sandbox of open.splice(0)) await sandbox.close();
    rmSync(join(home, '..'), { recursive: true, force: true });
  });

  async function start(options: Partial<Parameters<typeof startSandbox>[0]> = {}): Promise<Sandbox> {
    const sandbox = await startSandbox({ name: 'default', home, ...options }, parts);
    open.push(sandbox);
    return sandbox;
  }

  const asking = (name = 'default') => ({ socket: join(home, name, 'control.sock'), clock: systemClock, signal });

  test('is found by its files once both servers answer, and leaves none', async () => {
    expect(await findSandbox(home, 'default')).toBeUndefined();
    const { state, close } = await start();

    expect(state).toMatchObject({ pid: process.pid, zookeeper: '127.0.0.1:2181', marathon: '127.0.0.1:8080' });
    expect(await findSandbox(home, 'default')).toMatchObject({ condition: 'running', state });
    expect(JSON.parse(readFileSync(join(home, 'default', 'sandbox.json'), 'utf8'))).toEqual(state);
    expect(statSync(join(home, 'default')).mode & 0o777).toBe(0o700);
    await close();
    expect(existsSync(join(home, 'default'))).toBe(false);
  });

  test('starts ZooKeeper first and ends it last, and ends once', async () => {
    const { close } = await start();
    await Promise.all([close(), close()]);

    expect(parts.happened).toEqual([
      ...['orphans ended', 'ZooKeeper started', 'scheduler started'],
      ...['scheduler closed', 'ZooKeeper closed', 'orphans ended'],
    ]);
  });

  test('hands each server what was asked for, and the scheduler the address of ZooKeeper', async () => {
    const imagesFile = join(home, '..', 'images.yaml');
    writeFileSync(imagesFile, 'images: {"acme/*": "sleep 1"}');
    await start({ host: '0.0.0.0', zkPort: 1, marathonPort: 2, data: '/data', imagesFile });

    expect(parts.started.zookeeper).toMatchObject({ host: '0.0.0.0', port: 1, dataDir: '/data' });
    expect(parts.started.scheduler).toEqual({
      ...{ host: '0.0.0.0', port: 2, zk: '127.0.0.1:1', images: { 'acme/*': 'sleep 1' } },
      directory: join(home, 'default', 'marathon'),
    });
  });

  test('is one of its name, and one of many', async () => {
    await start();
    await start({ name: 'other' });

    await expect(start()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('127.0.0.1:8080'),
    });
    expect((await listSandboxes(home)).map(({ name }) => name)).toEqual(['default', 'other']);
    expect(existsSync(join(home, 'default', 'sandbox.json'))).toBe(true);
  });

  test('of two that start at once one does', async () => {
    const tries = await Promise.allSettled([start(), start(), start()]);

    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await findSandbox(home, 'default')).toMatchObject({ condition: 'running' });
  });

  test.each(['zookeeper', 'scheduler'] as const)('that cannot start its %s leaves nothing', async (part) => {
    parts.failures[part] = new OchoError('listen EADDRINUSE', {
      code: 'CONFLICT',
      cause: Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' }),
    });

    await expect(start({ zkPort: 5, marathonPort: 5 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/cannot listen on 127.0.0.1:5: something else listens there/),
    });
    expect(existsSync(join(home, 'default'))).toBe(false);
    expect(parts.happened.filter((what) => what.endsWith('closed'))).toEqual(
      part === 'scheduler' ? ['ZooKeeper closed'] : [],
    );
  });

  test('whose files cannot be kept says where, and what to do', async () => {
    writeFileSync(home, 'a file where the directory should be');

    await expect(start()).rejects.toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining(`the sandbox cannot keep its files in ${join(home, 'default')}`),
      hint: 'Point XDG_STATE_HOME to a directory that you can write to.',
    });
  });

  test('that cannot read its images touches nothing', async () => {
    await expect(start({ imagesFile: join(home, 'none.yaml') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(existsSync(home)).toBe(false);
  });

  test('ends whatever its scheduler makes of its own end', async () => {
    const events: string[] = [];
    const { close } = await start({ onEvent: (event) => events.push(event) });
    parts.failures.closing = new Error('a task does not end');
    await close();

    expect(events).toEqual(['the scheduler: a task does not end']);
    expect(parts.happened.slice(-2)).toEqual(['ZooKeeper closed', 'orphans ended']);
    expect(existsSync(join(home, 'default'))).toBe(false);
  });

  test('replaces one that crashed, whose orphans are ended first', async () => {
    const events: string[] = [];
    await leaveCrashed();
    expect(await findSandbox(home, 'default')).toMatchObject({ condition: 'crashed', holder: DEAD });
    parts.orphans = ['web.1: its processes were ended'];
    await start({ onEvent: (event) => events.push(event) });

    expect(parts.happened.slice(0, 2)).toEqual(['orphans ended', 'ZooKeeper started']);
    expect(events).toEqual(['left by a sandbox that crashed, ended: web.1: its processes were ended']);
    expect(await findSandbox(home, 'default')).toMatchObject({ condition: 'running' });
  });

  test('that crashed is cleaned up without another one', async () => {
    await leaveCrashed();
    const crashed = await findSandbox(home, 'default');
    if (crashed === undefined) throw new Error('it left nothing');
    const stopping = { clock: systemClock, endOrphans: () => parts.endOrphans(), signal: () => {} };

    expect(await stopSandbox(crashed, { timeoutMs: 1000, signal }, stopping)).toBe('cleaned up');
    expect(existsSync(join(home, 'default'))).toBe(false);
  });

  test('tells by its socket what runs, and breaks what it is asked to', async () => {
    const { state } = await start();
    parts.sessions = [{ id: '0x1', timeoutMs: 4000, client: '127.0.0.1:5', ephemerals: ['/a'], watches: 1 }];

    expect(await askStatus(asking())).toEqual({
      ...state,
      ...{ applications: [], tasks: [], sessions: parts.sessions, faults: ['replies come late'] },
    });
    expect(await orderFault(asking(), { fault: 'expire', session: '0x1' })).toMatchObject({
      done: 'session 0x1 expired',
    });
    await expect(orderFault(asking(), { fault: 'expire', session: '0x2' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('ocho sandbox status'),
    });
  });

  test('that ended does not answer, and lets those go that waited for it', async () => {
    const { close } = await start();
    let ended = false;
    const waiting = untilEnded(asking()).then(() => {
      ended = true;
    });
    await askStatus(asking());
    expect(ended).toBe(false);
    await close();
    await waiting;

    await expect(askStatus(asking())).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await untilEnded(asking());
  });

  test('is not waited for any longer than its asker wants', async () => {
    await start();
    const asker = new AbortController();
    const waiting = untilEnded({ ...asking(), signal: asker.signal });
    asker.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));

    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  /** As a process leaves it that was killed. */
  async function leaveCrashed(): Promise<void> {
    const { state, close } = await start();
    const { directory } = state;
    const kept = ['lock', 'sandbox.json'].map((file) => [file, readFileSync(join(directory, file), 'utf8')] as const);
    await close();
    open.splice(0);
    parts.happened.splice(0);
    mkdirSync(join(directory, 'marathon'), { recursive: true });
    for (const [file, text] of kept) writeFileSync(join(directory, file), dead(text));
    writeFileSync(join(directory, 'control.sock'), '');
  }

  const dead = (text: string) => JSON.stringify({ ...JSON.parse(text), ...DEAD });
});
