import { connect as connectSocket } from 'node:net';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { startZooKeeperServer } from '../../../src/zookeeper/index.ts';
import type { ZooKeeperServer } from '../../../src/zookeeper/zookeeper-server.ts';
import { RawClient } from '../support/raw-client.ts';
import { done, errorOf } from '../support/world.ts';

const EPHEMERAL = 1;
/** The handshake for a session of a minute, without a password. */
const CONNECT = frame([0, 0, 0, 60_000, 0, 0, -1]);
/** getData of `/big`, without a watch. */
const GET_BIG = frame([1, 4, 4, Buffer.from('/big').readInt32BE(), 0]);

describe('a fault', () => {
  let server: ZooKeeperServer;
  const events: string[] = [];

  beforeEach(async () => {
    events.length = 0;
    server = await startZooKeeperServer({ tickMs: 50, onEvent: (event) => events.push(event) });
  });

  afterEach(() => server.close());

  const connect = (options = {}) => RawClient.connect(server.port, { timeoutMs: 10_000, ...options });
  const nameOf = (client: RawClient) => `0x${client.sessionId.toString(16)}`;

  test('expires a session: its ephemerals go, others hear of it, it cannot come back', async () => {
    const [ann, bob] = [await connect(), await connect()];
    await done(ann.create('/e', { flags: EPHEMERAL }));
    await done(bob.exists('/e', true));

    expect(server.faults.expireSession(nameOf(ann))).toBe(true);
    await vi.waitFor(() => expect(bob.arrivals).toContain('NodeDeleted /e'));
    await ann.connection.closed;
    expect((await connect({ session: ann.session })).sessionId).toBe(0n);
    expect(server.faults.expireSession(nameOf(ann))).toBe(false);
    expect(server.faults.expireSession('nonsense')).toBe(false);
  });

  test('cuts connections, whose sessions go on', async () => {
    const [ann, bob] = [await connect(), await connect()];
    await done(ann.create('/e', { flags: EPHEMERAL }));

    expect(server.faults.dropConnections(nameOf(ann))).toBe(1);
    await ann.connection.closed;
    expect(server.sessions()).toContainEqual(
      expect.objectContaining({ id: nameOf(ann), client: undefined, ephemerals: ['/e'] }),
    );
    expect((await connect({ session: ann.session })).sessionId).toBe(ann.sessionId);
    expect(await errorOf(bob.exists('/e'))).toBe('ok');
    expect(server.faults.dropConnections()).toBe(2);
  });

  test('holds a connection: nothing is answered on it until it is released, and then everything in order', async () => {
    const [ann, bob] = [await connect(), await connect()];
    expect(await errorOf(ann.exists('/a', true))).toBe('NoNode');
    expect(server.faults.holdConnections(nameOf(ann))).toBe(1);
    expect(server.faults.inForce()).toEqual(['1 connection is held']);
    const created = ann.create('/late');
    await done(bob.create('/a'));
    await done(bob.sync('/'));
    expect(ann.arrivals).toHaveLength(1);
    expect(await errorOf(bob.exists('/late'))).toBe('NoNode');
    server.faults.release();

    expect((await created).error).toBe('ok');
    expect(ann.arrivals.slice(1)).toEqual(['NodeCreated /a', 'create ok']);
    expect(server.faults.inForce()).toEqual([]);
  });

  test('keeps back from a held connection what was under way, the end of its session included', async () => {
    const [ann, bob] = [await connect(), await connect()];
    server.faults.delayReplies(400);
    const asked = ann.exists('/');
    const closed = ann.closeSession();
    await vi.waitFor(() => expect(server.sessions()).toHaveLength(1));
    server.faults.holdConnections();
    server.faults.delayReplies(0);
    const cid = await connect();
    await done(cid.sync('/'));
    expect([ann.arrivals, bob.arrivals]).toEqual([[], []]);
    server.faults.release();

    expect([(await asked).error, (await closed).error]).toEqual(['ok', 'ok']);
    await ann.connection.closed;
  });

  test('lets a held session expire, whose client is silent as far as the server knows', async () => {
    const ann = await connect({ timeoutMs: 100 });
    server.faults.holdConnections(nameOf(ann));

    await ann.connection.closed;
    expect(server.sessions()).toEqual([]);
    expect(events).toContain(`session ${nameOf(ann)} was not heard of in time and is gone`);
  });

  test('refuses connections, not those that are there', async () => {
    const ann = await connect();
    server.faults.refuseConnections(true);

    await expect(connect()).rejects.toThrow('closed');
    expect(await errorOf(ann.exists('/'))).toBe('ok');
    server.faults.refuseConnections(false);
    await connect();
  });

  test('delays replies, in order', async () => {
    const ann = await connect();
    server.faults.delayReplies(120);
    const before = performance.now();
    await Promise.all([ann.exists('/'), ann.create('/a'), ann.exists('/a')]);

    expect(performance.now() - before).toBeGreaterThanOrEqual(115);
    expect(ann.arrivals).toEqual(['exists ok', 'create ok', 'exists ok']);
  });

  test('pauses everything, its clock included: whose time has passed meanwhile is gone afterwards', async () => {
    const [ann, bob] = [await connect({ timeoutMs: 100 }), await connect()];
    server.faults.pause();
    const paused = performance.now();
    const asked = bob.exists('/');
    const newcomer = connect();
    await vi.waitFor(() => expect(performance.now() - paused).toBeGreaterThan(300));
    expect(server.sessions()).toHaveLength(2);
    expect(bob.arrivals).toEqual([]);
    server.faults.resume();

    expect((await asked).error).toBe('ok');
    expect((await newcomer).sessionId).not.toBe(0n);
    await ann.connection.closed;
    expect(server.sessions().map(({ id }) => id)).not.toContain(nameOf(ann));
  });

  test('ends with all others', async () => {
    server.faults.refuseConnections(true);
    server.faults.delayReplies(50);
    server.faults.pause();
    expect(server.faults.inForce()).toEqual([
      'everything is paused',
      'connections are refused',
      'replies are delayed by 50 ms',
    ]);
    server.faults.clear();

    expect(server.faults.inForce()).toEqual([]);
    expect(await errorOf((await connect()).exists('/'))).toBe('ok');
  });
});

describe('the server', () => {
  test('does not listen to a client that reads no answers, serves others, and goes on when it reads', async () => {
    const server = await startZooKeeperServer();
    const bob = await RawClient.connect(server.port);
    await done(bob.create('/big', { data: Buffer.alloc(200_000) }));
    const ann = connectSocket(server.port, '127.0.0.1');
    const before = process.memoryUsage().arrayBuffers;
    ann.write(Buffer.concat([CONNECT, ...Array.from({ length: 500 }, () => GET_BIG)]));
    for (let round = 0; round < 200; round += 1) await done(bob.exists('/'));

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
    let bytes = 0;
    ann.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await vi.waitFor(() => expect(bytes).toBeGreaterThan(500 * 200_000), { timeout: 20_000 });
    ann.destroy();
    await server.close();
  });

  test('leaves nothing behind: its port can be had again, and nothing is answered', async () => {
    const server = await startZooKeeperServer();
    const ann = await RawClient.connect(server.port);
    await Promise.all([server.close(), server.close()]);
    await ann.connection.closed;
    const again = await startZooKeeperServer({ port: server.port });
    await expect(startZooKeeperServer({ port: server.port })).rejects.toMatchObject({ code: 'CONFLICT' });
    await again.close();
    const socket = connectSocket(server.port, '127.0.0.1');

    await expect(new Promise((_resolve, reject) => socket.once('error', reject))).rejects.toThrow('ECONNREFUSED');
  });
});

function frame(ints: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * ints.length);
  bytes.writeInt32BE(4 * ints.length);
  for (const [index, int] of ints.entries()) bytes.writeInt32BE(int, 4 + 4 * index);
  return bytes;
}
