import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { HTTP_OPTIONS } from '../../src/http-server/http-options.ts';
import { watchConnections } from '../../src/http-server/watch-connections.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

const HEAD = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5000000\r\n\r\n';

describe('a server', () => {
  let clock: ManualClock;
  let server: http.Server;
  let answer: http.RequestListener;
  let opened: number;
  const clients: Socket[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    opened = 0;
    answer = (request, response) => void request.resume().once('end', () => response.end('done'));
    server = http.createServer(HTTP_OPTIONS, (request, response) => answer(request, response));
    server.on('connection', () => (opened += 1));
    watchConnections(server, { clock, connections: 3, connectionsPerAddress: 3 });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
    while (clock.pending > 0) await setImmediate(); // none is left behind
  });

  test('lets go of who holds a connection the longest, for one who asks', async () => {
    const [oldest, ...others] = [await open(''), await open('GET / HTTP/1.1\r\nX-Half'), await open(HEAD)] as const;

    const newcomer = await open('GET / HTTP/1.1\r\nHost: here\r\n\r\n');

    expect(await everythingFrom(newcomer)).toContain('done');
    await oldest.ended;
    expect(others.map(({ socket }) => socket.destroyed)).toEqual([false, false]);
  });

  test('counts nobody who has gone by itself', async () => {
    const gone = await open('');
    const goneSide = serverSide();
    gone.socket.destroy();
    while (!goneSide.closed) await setImmediate();
    await open('');
    const oldest = serverSide();
    for (let count = 0; count < 3; count += 1) await open('');

    expect(oldest.destroyed).toBe(true);
  });

  test('lets go of nobody whom it serves', async () => {
    const held: http.ServerResponse[] = [];
    answer = (_request, response) => void held.push(response);
    for (let count = 0; count < 3; count += 1) await open('GET / HTTP/1.1\r\nHost: here\r\n\r\n');
    while (held.length < 3) await setImmediate();

    await (await open('')).ended;

    expect(held.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
    for (const response of held) response.end();
  });

  test('sends a body away that stands still, and says so', async () => {
    const slow = await open(`${HEAD}begun`);
    await requestIsThere();

    await clock.advance(11_000);

    expect(await everythingFrom(slow)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"TIMEOUT"/);
  });

  test('lets a body through that keeps coming, however long it takes', async () => {
    const steady = await open(HEAD);
    await requestIsThere();
    for (let sent = 0; sent < 5_000_000; sent += 500_000) {
      const { bytesRead } = serverSide();
      steady.socket.write('x'.repeat(500_000));
      while (serverSide().bytesRead < bytesRead + 500_000) await setImmediate();
      await clock.advance(15_000);
    }

    expect(await everythingFrom(steady)).toContain('done');
  });

  test('sends a body away that is no longer wanted and goes on all the same', async () => {
    answer = (_request, response) => void response.writeHead(413).end('too large');
    const stubborn = await open(`${HEAD}begun`);
    while (!stubborn.received().includes('too large')) await setImmediate();

    await clock.advance(11_000);

    await stubborn.ended;
  });

  test('lets go of who does not take its answer', async () => {
    const size = 50_000_000;
    answer = (_request, response) => void response.end('x'.repeat(size));
    const deaf = await open('GET / HTTP/1.1\r\nHost: here\r\n\r\n', { reads: false });
    await requestIsThere();

    await clock.advance(11_000 + (size / 32_768) * 1000);

    deaf.socket.resume();
    await deaf.ended;
    expect(deaf.received().length).toBeLessThan(size);
  });

  const sides: Socket[] = [];
  const serverSide = () => sides.at(-1) as Socket;
  beforeEach(() => {
    sides.length = 0;
    server.on('connection', (socket) => sides.push(socket));
  });

  async function requestIsThere(): Promise<void> {
    while (clock.pending === 0) await setImmediate();
  }

  async function open(text: string, { reads = true }: { reads?: boolean } = {}) {
    const before = opened;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    clients.push(socket);
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
    });
    if (!reads) socket.pause();
    socket.on('error', () => {}); // what counts is that it ended
    const ended = once(socket, 'close');
    socket.write(text);
    while (opened === before) await setImmediate();
    await clock.advance(1);
    return { socket, ended, received: () => received };
  }

  async function everythingFrom({ socket, received }: { socket: Socket; received: () => string }): Promise<string> {
    while (received() === '' && !socket.destroyed) await setImmediate();
    return received();
  }
});
