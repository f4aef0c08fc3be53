import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ApiUnderTest } from './support/api-under-test.ts';

const HALF =
  'POST /v2/apps HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{';

describe('the API', () => {
  const clients: Socket[] = [];
  let t: ApiUnderTest;

  beforeEach(async () => {
    t = new ApiUnderTest();
    await t.server.listen({ host: '127.0.0.1', port: 0 });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await t.server.close();
  });

  test('sends slow senders away, and serves those who listen on and on', async () => {
    const slow = [open(HALF), open(HALF)];
    const listener = open('GET /v2/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n');
    while (t.clock.pending < slow.length + 1) await setImmediate(); // one of them is the heartbeat

    await t.clock.advance(60_000);

    await Promise.all(slow.map(({ ended }) => ended));
    expect(slow[0]?.received()).toMatch(/^HTTP\/1\.1 408 /);
    expect(listener.socket.destroyed).toBe(false);
  });

  test('reads no body that says it is too large', async () => {
    const large = open(HALF.replace('1000', String(10 * 1024 * 1024)));
    while (large.received() === '') await setImmediate();

    expect(large.received()).toMatch(/^HTTP\/1\.1 413 /);
  });

  function open(text: string) {
    const socket = connect((t.server.server.address() as AddressInfo).port, '127.0.0.1');
    clients.push(socket);
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => {}); // what counts is that it ended
    socket.write(text);
    return { socket, ended: once(socket, 'close'), received: () => received };
  }
});
