import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/waiting/clock.ts';
import { AUTH, CLOSE_SESSION, EXISTS, FakeServer, GET_DATA, PING, SET_DATA, SET_WATCHES } from './fake-server.ts';
import { LogOfEvents, untilLost } from './log-of-events.ts';
import { join } from './real-ensemble.ts';
import { Story } from './session-contract.ts';

const signal = new AbortController().signal;

describe('a server that misbehaves', () => {
  test('swallows the handshake while it starts: the next attempt connects', async () => {
    await using server = await FakeServer.start({ handshake: (index) => (index === 0 ? 'nothing' : 2_000) });

    const ann = await join(server.port, { sessionTimeoutMs: 900 });

    expect(server.connections.length).toBe(2);
    await ann.close();
  });

  test('never answers: the connect deadline names every server, and what is wrong with it', async () => {
    await using silent = await FakeServer.start({ handshake: () => 'nothing' });
    const closed = await FakeServer.start();
    const port = closed.port;
    await closed[Symbol.asyncDispose]();

    const servers = `127.0.0.1:${silent.port},127.0.0.1:${port}`;
    const attempt = join(servers, { sessionTimeoutMs: 300, connectTimeoutMs: 700 });

    await expect(attempt).rejects.toMatchObject({
      code: 'UNREACHABLE',
      hint: expect.any(String),
      message: expect.stringContaining(`127.0.0.1:${silent.port} (no answer)`),
    });
    await expect(attempt).rejects.toThrow(`127.0.0.1:${port} (ECONNREFUSED)`);
  });

  test('talks something else: it is told as not understood', async () => {
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;

    const attempt = join(port, { sessionTimeoutMs: 600, connectTimeoutMs: 500 });

    await expect(attempt).rejects.toThrow(`127.0.0.1:${port} (not understood`);
    http.close();
  });

  test('falls silent: the connection is given up after two thirds of the session', async () => {
    const log = new LogOfEvents();
    await using server = await FakeServer.start({
      handshake: () => 900,
      answer: (_, index) => (index === 0 ? 'nothing' : 0),
    });
    const ann = await join(server.port, { onEvent: log.onEvent });

    await log.until('connected to', 2);

    expect(log.all).toEqual([
      `connected to 127.0.0.1:${server.port}`,
      `disconnected from 127.0.0.1:${server.port}`,
      `connected to 127.0.0.1:${server.port}`,
    ]);
    expect(ann.lost.aborted).toBe(false);
    await ann.close();
  });

  test.each([
    [-127, 'UNREACHABLE'],
    [-118, 'UNREACHABLE'],
    [-125, 'TOO_LARGE'],
    [-102, 'DENIED'],
    [-9999, 'UNREACHABLE'],
  ])('answers with error %i: a refusal like any other', async (serverCode, code) => {
    await using server = await FakeServer.start({ answer: ({ type }) => (type === SET_DATA ? serverCode : 0) });
    const ann = await join(server.port);

    await expect(ann.set('/a', 'x', signal)).rejects.toMatchObject({ code, details: { path: '/a', serverCode } });

    expect(ann.lost.aborted).toBe(false);
    await ann.close();
  });

  test('says that the session has expired: whatever waits is told so', async () => {
    await using server = await FakeServer.start({
      handshake: (index) => (index === 0 ? 2_000 : 0),
      answer: ({ type }) => (type === SET_DATA ? 'hang up' : 0),
    });
    const ann = await join(server.port);

    const calls = [ann.set('/a', 'x', signal), ann.set('/b', 'x', signal)];

    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'SESSION_LOST' });
    expect(ann.lost.reason).toMatchObject({ message: 'session 0xabc has expired' });
    await expect(ann.get('/a', signal)).rejects.toBe(ann.lost.reason);
    await ann.close();
  });

  test('does not take the credentials: DENIED', async () => {
    await using server = await FakeServer.start({ answer: ({ type }) => (type === AUTH ? -115 : 0) });

    await expect(join(`zk://ann:secret@127.0.0.1:${server.port}`)).rejects.toMatchObject({ code: 'DENIED' });
  });

  test('sends news but answers nothing: the session is over all the same', async () => {
    await using server = await FakeServer.start({ handshake: () => 600, answer: () => 'notify' });
    const log = new LogOfEvents();
    const ann = await join(server.port, { onEvent: log.onEvent });
    const begun = performance.now();

    await untilLost(ann);

    expect(performance.now() - begun).toBeLessThan(1_500);
    expect(log.all).toHaveLength(1);
  });

  test('sends news to a process that was stopped for too long: first it learns that its session is over', async () => {
    await using server = await FakeServer.start({ handshake: () => 10_000 });
    let stoppedFor = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + stoppedFor };
    const ann = await join(server.port, { clock });
    const begun = performance.now();
    stoppedFor = 10_000;
    server.notify();

    await untilLost(ann);

    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('drops connections as soon as they are made: it is not stormed', async () => {
    await using server = await FakeServer.start({ handshake: (index) => (index === 0 ? 1_500 : 'hang up') });
    const ann = await join(server.port);
    server.hangUp();

    await untilLost(ann);

    expect(server.connections.length).toBeGreaterThan(3);
    expect(server.connections.length).toBeLessThan(20);
  });

  test('hangs up over a large request: that fails, the small one next to it does not', async () => {
    await using server = await FakeServer.start({ answer: ({ bytes }) => (bytes > 100_000 ? 'hang up' : 0) });
    const ann = await join(server.port);

    const calls = [ann.set('/large', 'x'.repeat(100_000), signal), ann.set('/small', 'x', signal)];

    await expect(calls[0]).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await calls[1];
    await ann.close();
  });
});

describe('what is sent', () => {
  test('authentication comes first, then watches, then what users ask', async () => {
    await using server = await FakeServer.start({
      answer: ({ type }) => (type === GET_DATA || type === EXISTS ? -101 : 0),
    });
    const log = new LogOfEvents();
    const ann = await join(`zk://ann:secret@127.0.0.1:${server.port}`, { onEvent: log.onEvent });
    const story = new Story(ann.watchNode('/a', signal));
    expect(await story.next()).toBeUndefined();
    server.hangUp();
    await log.until('disconnected');

    await Promise.all([ann.set('/a', 'x', signal), ann.set('/a', 'x', signal)]);

    expect(server.connections[1]?.map(({ type }) => type).slice(0, 4)).toEqual([AUTH, SET_WATCHES, SET_DATA, SET_DATA]);
    await ann.close();
  });

  test('a new connection is told how much of the history was seen', async () => {
    await using server = await FakeServer.start();
    const ann = await join(server.port);
    for (const data of ['x', 'y', 'z']) await ann.set('/a', data, signal);
    server.hangUp();
    await ann.set('/a', 'x', signal);

    expect(server.seen).toEqual([0n, 3n]);
    await ann.close();
  });

  test('an idle session sends pings and nothing else, three in its timeout', async () => {
    let pings = 0;
    let enough: () => void = () => undefined;
    const sixPings = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const answer = () => {
      pings += 1;
      if (pings === 6) enough();
      return 0;
    };
    await using server = await FakeServer.start({ handshake: () => 300, answer });
    const begun = performance.now();
    const ann = await join(server.port);

    await sixPings;

    expect(performance.now() - begun).toBeGreaterThan(550);
    expect(new Set(server.connections[0]?.map(({ type }) => type))).toEqual(new Set([PING]));
    await ann.close();
  });

  test('no more than 500 requests are in flight', async () => {
    await using server = await FakeServer.start({ handshake: () => 600, answer: () => 'nothing' });
    const log = new LogOfEvents();
    const ann = await join(server.port, { onEvent: log.onEvent });
    const calls = Promise.allSettled(Array.from({ length: 2_000 }, () => ann.set('/a', 'x', signal)));

    await log.until('disconnected');

    expect(server.connections[0]?.filter(({ type }) => type === SET_DATA)).toHaveLength(500);
    await ann.close();
    for (const call of await calls) expect(call).toMatchObject({ reason: { code: 'SESSION_LOST' } });
  });

  test('what nobody waits for any more is not sent', async () => {
    await using server = await FakeServer.start({ handshake: (index) => (index === 1 ? 'nothing' : 900) });
    const log = new LogOfEvents();
    const ann = await join(server.port, { onEvent: log.onEvent });
    server.hangUp();
    await log.until('disconnected');
    const quits = new AbortController();
    const given = ann.set('/a', 'x', quits.signal);
    const kept = ann.set('/b', 'x', signal);
    quits.abort(new Error('ann quits'));

    await expect(given).rejects.toThrow('ann quits');
    await kept;
    expect(server.connections[2]?.filter(({ type }) => type === SET_DATA)).toHaveLength(1);
    await ann.close();
  });
});

describe('closing', () => {
  test('takes back a connection that is being made', async () => {
    await using server = await FakeServer.start({ handshake: () => 'nothing' });
    const quits = new AbortController();
    const attempt = join(server.port, { signal: quits.signal });
    quits.abort(new Error('ann quits'));

    await expect(attempt).rejects.toThrow('ann quits');
  });

  test('reaches the server even while the connection is being made again', async () => {
    await using server = await FakeServer.start();
    const log = new LogOfEvents();
    const ann = await join(server.port, { onEvent: log.onEvent });
    server.hangUp();
    await log.until('disconnected');

    await ann.close();

    expect(server.connections[1]?.map(({ type }) => type)).toEqual([CLOSE_SESSION]);
  });

  test('does not wait for a server that never answers', async () => {
    await using server = await FakeServer.start({ handshake: () => 900, answer: () => 'nothing' });
    const ann = await join(server.port);
    const begun = performance.now();

    await ann.close();

    expect(performance.now() - begun).toBeLessThan(600);
  });
});
