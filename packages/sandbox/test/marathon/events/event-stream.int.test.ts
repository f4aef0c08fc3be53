import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';
import { ManualClock } from 'ochopod-core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { buildApi } from '../../../src/marathon/api/api.ts';
import { EventBus, type MarathonEvent } from '../../../src/marathon/events/event-bus.ts';
import { FakeEngine } from '../api/support/fake-engine.ts';

const AT = '2026-01-01T00:00:00.000Z';

let clock: ManualClock;
let events: EventBus;
let told: MarathonEvent[];
let server: FastifyInstance;
let sockets: Socket[];

beforeEach(async () => {
  clock = new ManualClock();
  events = new EventBus(() => AT);
  told = [];
  sockets = [];
  events.listen((event) => told.push(event));
  const agent = { host: '127.0.0.1', slaveId: 'S0' };
  server = buildApi({
    engine: new FakeEngine(),
    events,
    clock,
    connections: 1000,
    agent,
    host: '127.0.0.1',
    address: () => '127.0.0.1:1',
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await server.close();
});

describe('/v2/events', () => {
  test('tells the last of them before the server ends', async () => {
    const listener = await listen();

    events.tell('app_terminated_event', { appId: '/first' });
    events.tell('app_terminated_event', { appId: '/last' });
    await server.close();

    await vi.waitFor(() => expect(listener.text).toMatch(/first.*last/s));
  });

  test('frames events as Jetty does, the first of which says that one listens', async () => {
    const listener = await listen();

    events.tell('app_terminated_event', { appId: '/web' });

    await vi.waitFor(() => expect(listener.text).toContain('/web'));
    const [head = '', ...frames] = listener.text.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(head).toMatch(/content-type: text\/event-stream/i);
    expect(head).toMatch(/connection: close/i);
    expect(head).toMatch(/x-marathon-leader/i);
    expect(head).not.toMatch(/transfer-encoding|content-length/i);
    expect(frames).toEqual([
      `event: event_stream_attached\r\ndata: {"remoteAddress":"${listener.address}","eventType":"event_stream_attached","timestamp":"${AT}"}`,
      `event: app_terminated_event\r\ndata: {"appId":"/web","eventType":"app_terminated_event","timestamp":"${AT}"}`,
      '',
    ]);
  });

  test('tells only what was asked for', async () => {
    const listener = await listen('?event_type=a_event&event_type=c_event&plan-format=light');

    for (const type of ['a_event', 'b_event', 'c_event']) events.tell(type, {});

    await vi.waitFor(() => expect(listener.text).toContain('c_event'));
    expect(listener.text.match(/event: \w+/g)).toEqual(['event: a_event', 'event: c_event']);
  });

  test('writes an empty line every ten seconds', async () => {
    const listener = await listen('?event_type=none');
    const before = listener.text.length;

    await clock.advance(9999);
    expect(listener.text.length).toBe(before);
    await clock.advance(1);
    await vi.waitFor(() => expect(listener.text.slice(before)).toBe('\r\n'));
    await clock.advance(10_000);
    await vi.waitFor(() => expect(listener.text.slice(before)).toBe('\r\n\r\n'));
  });

  test('tells the others when one does not listen any more, and leaves no timer behind', async () => {
    const listener = await listen();
    await vi.waitFor(() => expect(told).toHaveLength(1));

    listener.socket.destroy();

    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told[1]).toMatchObject({ eventType: 'event_stream_detached', remoteAddress: listener.address });
    expect(clock.pending).toBe(0);
  });

  test('lets go of one who does not read', async () => {
    const listener = await listen();
    listener.socket.pause();
    const big = 'x'.repeat(256 * 1024);

    for (let count = 0; count < 200 && told.at(-1)?.eventType !== 'event_stream_detached'; count += 1) {
      events.tell('big', { big });
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(told.at(-1)?.eventType).toBe('event_stream_detached');
    expect(clock.pending).toBe(0);
  });

  test('ends with the server', async () => {
    const listener = await listen();
    const ended = once(listener.socket, 'close');

    await server.close();

    await ended;
    expect(clock.pending).toBe(0);
  });

  test.each([['*/*'], ['text/event-stream, */*'], ['text/event-stream;q=1'], ['application/json']])(
    'is for those only who ask for it in these words: not for %s',
    async (accept) => {
      const response = await server.inject({ url: '/v2/events', headers: { accept } });

      expect(response.statusCode).toBe(405);
      expect(response.headers['content-type']).toMatch(/^text\/html/);
      expect(told).toEqual([]);
    },
  );
});

/** Listen on a bare socket: every byte counts. Resolves when the answer has begun. */
async function listen(query = '') {
  const { port } = server.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  const listener = { socket, address: `127.0.0.1:${socket.localPort}`, text: '' };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    listener.text += text;
  });
  socket.write(`GET /v2/events${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`);
  await vi.waitFor(() => expect(listener.text).toContain('\r\n\r\n'));
  return listener;
}
