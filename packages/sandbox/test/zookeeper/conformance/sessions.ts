import { systemClock } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { KIND } from '../support/protocol.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

/** Both servers have a tick of 200 ms, 2 of them for the shortest session, and 60 s for the longest. */
const SHORTEST_MS = 400;
const LONGEST_MS = 60_000;
const NEVER = new AbortController().signal;
const REFUSED = { sessionId: 0n, timeoutMs: 0, password: Buffer.alloc(16) };

export function describeSessions(server: () => ServerUnderTest): void {
  describe('a session', () => {
    const world = worldOf(server);

    describe('is agreed upon', () => {
      test('with an id, a password of 16 bytes, and the time that was asked for', async () => {
        const ann = await world.connect({ timeoutMs: 50_000 });

        expect(ann.timeoutMs).toBe(50_000);
        expect(ann.sessionId).not.toBe(0n);
        expect(ann.password).toHaveLength(16);
      });

      test('with a byte about read-only servers for those who said one', async () => {
        const [ann, bob] = [await world.connect(), await world.connect({ saysReadOnly: false })];

        expect(ann.readOnly).toBe(false);
        expect(bob.readOnly).toBeUndefined();
        await done(bob.create('/a'));
      });

      test.each([
        ['two ticks at least', 1, SHORTEST_MS],
        ['two ticks where nothing was asked for', 0, SHORTEST_MS],
        ['two ticks where less than nothing was asked for', -1, SHORTEST_MS],
        ['a minute at most', 3_600_000, LONGEST_MS],
      ])('for %s', async (_, timeoutMs, agreed) => {
        expect((await world.connect({ timeoutMs })).timeoutMs).toBe(agreed);
      });

      test('each with an id of its own, greater than those before', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];

        expect(bob.sessionId).toBeGreaterThan(ann.sessionId);
        expect(bob.password).not.toEqual(ann.password);
      });

      test('not with a client that has seen more than the server did: it is left without an answer', async () => {
        await expect(world.connect({ lastZxidSeen: 1n << 40n })).rejects.toThrow('closed without an answer');
      });

      test('counts as a transaction', async () => {
        const ann = await world.connect();
        const before = (await ann.setData('/', 'x')).zxid;
        await world.connect();
        const after = (await ann.setData('/', 'x')).zxid;

        expect(after - before).toBe(2n);
      });
    });

    describe('is resumed', () => {
      test('with its id and password, and keeps both', async () => {
        const ann = await world.connect();
        await done(ann.create('/mine', { flags: KIND.ephemeral }));
        await ann.drop();
        const again = await world.connect({ session: ann.session, lastZxidSeen: ann.lastZxidSeen });

        expect(again.session).toEqual(ann.session);
        expect((await done(again.exists('/mine'))).ephemeralOwner).toBe(ann.sessionId);
      });

      test('for the time that is asked for then', async () => {
        const ann = await world.connect({ timeoutMs: 50_000 });
        await ann.drop();

        expect((await world.connect({ session: ann.session, timeoutMs: 57_000 })).timeoutMs).toBe(57_000);
      });

      test('without its watches', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.getData('/', true));
        await ann.drop();
        const again = await world.connect({ session: ann.session });
        await done(bob.setData('/', 'x'));

        expect(await again.heard()).toEqual([]);
      });

      test('while the old connection is open: that one is closed', async () => {
        const ann = await world.connect();
        await done(ann.create('/mine', { flags: KIND.ephemeral }));
        const moved = await world.connect({ session: ann.session });

        await ann.connection.closed;
        expect(await errorOf(moved.exists('/mine'))).toBe('ok');
      });

      test('no transaction is made of it', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        const transactions = new Set<bigint>();
        // Sessions of other tests may end meanwhile, but not each time.
        for (let round = 0; round < 5; round += 1) {
          const before = (await bob.setData('/', 'x')).zxid;
          const again = await world.connect({ session: ann.session });
          transactions.add((await bob.setData('/', 'x')).zxid - before);
          await again.drop();
        }

        expect(transactions).toContain(1n);
      });
    });

    describe('is refused with id 0 and time 0, and the connection closed', () => {
      test('when its password is wrong; it goes on for whoever knows the right one', async () => {
        const ann = await world.connect();
        await ann.drop();
        const session = { id: ann.sessionId, password: Buffer.alloc(16, 1) };
        const stranger = await world.connect({ session });

        expect(stranger).toMatchObject(REFUSED);
        await stranger.connection.closed;
        expect((await world.connect({ session: ann.session })).sessionId).toBe(ann.sessionId);
      });

      test('when its password is wrong; even so the connection that has the session is closed', async () => {
        const ann = await world.connect();
        const stranger = await world.connect({ session: { id: ann.sessionId, password: Buffer.alloc(16, 1) } });

        expect(stranger).toMatchObject(REFUSED);
        await ann.connection.closed;
        expect((await world.connect({ session: ann.session })).sessionId).toBe(ann.sessionId);
      });

      test('when nobody ever had it', async () => {
        const ann = await world.connect();
        const session = { id: ann.sessionId + 1_000_000n, password: ann.password };
        const stranger = await world.connect({ session });

        expect(stranger).toMatchObject(REFUSED);
        await stranger.connection.closed;
      });

      test('when it was closed', async () => {
        const ann = await world.connect();
        await done(ann.closeSession());
        const late = await world.connect({ session: ann.session });

        expect(late).toMatchObject(REFUSED);
        await late.connection.closed;
      });

      test('when it has expired', async () => {
        const [ann, bob] = [await world.connect({ timeoutMs: SHORTEST_MS }), await world.connect()];
        await done(ann.create('/mine', { flags: KIND.ephemeral }));
        await done(bob.exists('/mine', true));
        await ann.drop();
        expect(await bob.event()).toBe('NodeDeleted /mine');

        // Whoever comes at the very moment of its end may be closed without a word: Apache's closes all that have it.
        await expect.poll(() => world.connect({ session: ann.session })).toMatchObject(REFUSED);
      });
    });

    describe('ends', () => {
      test('when it is closed: the reply comes, then the end of the connection', async () => {
        const ann = await world.connect();

        expect(await errorOf(ann.closeSession())).toBe('ok');
        await ann.connection.closed;
        expect(ann.arrivals).toEqual(['closeSession ok']);
      });

      test('when it is closed: its ephemerals are gone before the reply, and whoever watched has heard', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.create('/mine', { flags: KIND.ephemeral }));
        await done(ann.create('/kept'));
        await done(bob.exists('/mine', true));
        await done(bob.children('/', true));
        const { zxid } = await ann.closeSession();

        expect((await bob.heard()).sort()).toEqual(['NodeChildrenChanged /', 'NodeDeleted /mine']);
        const { children, stat } = await done(bob.children2('/'));
        expect(children).toEqual(['kept']);
        expect(stat.pzxid).toBe(zxid);
      });

      test('when nothing was heard of it for its time: the connection is closed, and its ephemerals go', async () => {
        const [ann, bob] = [await world.connect({ timeoutMs: SHORTEST_MS }), await world.connect()];
        await done(ann.create('/mine', { flags: KIND.ephemeral }));
        await done(bob.exists('/mine', true));

        await ann.connection.closed;
        expect(await bob.event()).toBe('NodeDeleted /mine');
      });

      test('not while pings come', async () => {
        const ann = await world.connect({ timeoutMs: 1_000 });
        for (let pings = 0; pings < 6; pings += 1) {
          await systemClock.sleep(250, NEVER);
          await ann.ping();
        }

        expect(await errorOf(ann.exists('/'))).toBe('ok');
        // Or it would expire in the middle of a test that counts transactions.
        await ann.closeSession();
      });

      test('not with its connection: its ephemerals stay', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.create('/mine', { flags: KIND.ephemeral }));
        await ann.drop();

        expect((await done(bob.exists('/mine'))).ephemeralOwner).toBe(ann.sessionId);
      });

      test('with what was sent before its close answered, and nothing done of what was sent after', async () => {
        const ann = await world.connect();
        const replies = [ann.create('/a'), ann.exists('/a'), ann.closeSession()].map((reply) => errorOf(reply));
        const late = Promise.allSettled([ann.create('/late')]);

        expect(await Promise.all(replies)).toEqual(['ok', 'ok', 'ok']);
        await late;
        const bob = await world.connect();
        expect(await errorOf(bob.exists('/late'))).toBe('NoNode');
      });
    });

    test('replies carry the zxid of their transaction; of reads, that of the last one', async () => {
      const ann = await world.connect();
      const { zxid } = await ann.create('/a');
      const read = await ann.getData('/a');
      const refused = await ann.create('/a');

      expect(read.value?.stat.czxid).toBe(zxid);
      expect(read.zxid).toBeGreaterThanOrEqual(zxid);
      expect(refused.zxid).toBeGreaterThan(zxid);
      expect((await ann.sync('/')).zxid).toBeGreaterThanOrEqual(refused.zxid);
    });

    test('requests sent at once are answered in their order', async () => {
      const ann = await world.connect();
      const asked = Array.from({ length: 200 }, (_, index) => {
        return index % 2 === 0 ? ann.setData('/', String(index)) : ann.exists(`/${index}`);
      });
      await Promise.all(asked);

      expect(ann.arrivals).toEqual(asked.map((_, index) => (index % 2 === 0 ? 'setData ok' : 'exists NoNode')));
    });
  });
}
