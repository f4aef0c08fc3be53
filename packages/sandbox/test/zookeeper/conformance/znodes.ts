import { describe, expect, test } from 'vitest';

import { KIND, OPEN, type Stat } from '../support/protocol.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

const HOUR = 3_600_000n;

export function describeZnodes(server: () => ServerUnderTest): void {
  describe('a znode', () => {
    const world = worldOf(server);

    describe('is created', () => {
      test('with its path for an answer, and a Stat that says so', async () => {
        const before = BigInt(Math.round(world.wallTime()));
        const ann = await world.connect();
        const { value: path, zxid } = await ann.create('/a', { data: 'hello' });
        const stat = await done(ann.exists('/a'));

        expect(path).toBe('/a');
        expect(stat).toEqual({
          czxid: zxid,
          mzxid: zxid,
          pzxid: zxid,
          ctime: stat.mtime,
          mtime: stat.mtime,
          version: 0,
          cversion: 0,
          aversion: 0,
          ephemeralOwner: 0n,
          dataLength: 5,
          numChildren: 0,
        });
        expect(stat.mtime - before).toBeLessThan(60_000n);
        expect(stat.mtime - before).toBeGreaterThan(-60_000n);
      });

      test('with its path and Stat for an answer by create2', async () => {
        const ann = await world.connect();
        const created = await done(ann.create2('/a', { data: 'hello' }));

        expect(created).toEqual({ path: '/a', stat: await done(ann.exists('/a')) });
      });

      test.each([
        ['no data at all, which is not the same as empty data', undefined, 0],
        ['empty data', '', 0],
        ['text', 'größer ☃', 12],
      ])('with %s', async (_, data, dataLength) => {
        const ann = await world.connect();
        await done(ann.create('/a', { data }));

        expect(await done(ann.getData('/a'))).toMatchObject({ data, stat: { dataLength } });
      });

      test('ephemeral: it belongs to its session', async () => {
        const ann = await world.connect();
        await done(ann.create('/a', { flags: KIND.ephemeral }));

        expect((await done(ann.exists('/a'))).ephemeralOwner).toBe(ann.sessionId);
      });

      test('in sequence: numbered by all that its parent has seen created, also what is gone', async () => {
        const ann = await world.connect();
        const made = [await done(ann.create('/a', { flags: KIND.sequential }))];
        await done(ann.create('/other'));
        await done(ann.delete('/other'));
        made.push(await done(ann.create('/b-', { flags: KIND.ephemeralSequential })));

        expect(made).toEqual(['/a0000000000', '/b-0000000002']);
      });

      test('in sequence: with nothing but a number for a name where the path ends in a slash', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.create('/a/x'));

        expect(await done(ann.create('/a/', { flags: KIND.sequential }))).toBe('/a/0000000001');
      });

      test('as a container: nobody owns it, and it may have children', async () => {
        const ann = await world.connect();
        const created = await done(ann.createContainer('/a'));

        expect(created).toEqual({ path: '/a', stat: await done(ann.exists('/a')) });
        expect(created.stat.ephemeralOwner).toBe(0n);
        await done(ann.create('/a/x'));
      });

      test('as a container: it goes when its last child has gone, not before it had one', async () => {
        const ann = await world.connect();
        await done(ann.createContainer('/unused'));
        await done(ann.createContainer('/used'));
        await done(ann.create('/used/x'));
        await done(ann.exists('/used', true));
        await done(ann.delete('/used/x'));

        expect(await ann.event()).toBe('NodeDeleted /used');
        expect(await errorOf(ann.exists('/unused'))).toBe('ok');
      });

      test('with a time to live: nobody owns it, and it may have children', async () => {
        const ann = await world.connect();
        const created = await done(ann.createTtl('/a', HOUR));
        const numbered = await done(ann.createTtl('/b', HOUR, { flags: KIND.sequentialTtl }));

        expect(created).toEqual({ path: '/a', stat: await done(ann.exists('/a')) });
        expect(created.stat.ephemeralOwner).toBe(0n);
        expect(numbered.path).toBe('/b0000000001');
        await done(ann.create('/a/x'));
      });

      test('with a time to live: it goes when it was not changed for so long and has no children', async () => {
        const ann = await world.connect();
        await done(ann.createTtl('/parent', 1n));
        await done(ann.create('/parent/x'));
        await done(ann.createTtl('/a', 1n));
        await done(ann.exists('/parent', true));
        await done(ann.exists('/a', true));

        expect(await ann.event()).toBe('NodeDeleted /a');
        await done(ann.delete('/parent/x'));
        expect(await ann.event()).toBe('NodeDeleted /parent');
      });

      test.each([0n, -1n, 1n << 40n])('not with a time to live of %s: BadArguments', async (ttl) => {
        const ann = await world.connect();

        expect(await errorOf(ann.createTtl('/a', ttl))).toBe('BadArguments');
        expect(await errorOf(ann.exists('/a'))).toBe('NoNode');
      });

      test.each([
        ['create', 7],
        ['create', -1],
        ['create2', 7],
        ['createContainer', 7],
      ] as const)('not by %s of kind %i, which there is not: BadArguments', async (op, flags) => {
        const ann = await world.connect();

        expect(await errorOf(ann[op]('/a', { flags }))).toBe('BadArguments');
      });

      test('twice: NodeExists', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));

        expect(await errorOf(ann.create('/a'))).toBe('NodeExists');
        expect(await errorOf(ann.create2('/a', { flags: KIND.ephemeral }))).toBe('NodeExists');
      });

      test('without a parent: NoNode', async () => {
        expect(await errorOf((await world.connect()).create('/none/a'))).toBe('NoNode');
      });

      test('below an ephemeral: NoChildrenForEphemerals', async () => {
        const ann = await world.connect();
        await done(ann.create('/a', { flags: KIND.ephemeral }));

        expect(await errorOf(ann.create('/a/x'))).toBe('NoChildrenForEphemerals');
        expect(await errorOf(ann.create('/a/x', { flags: KIND.sequential }))).toBe('NoChildrenForEphemerals');
      });
    });

    describe('is written', () => {
      test('with its new Stat for an answer', async () => {
        const ann = await world.connect();
        const created = (await done(ann.create2('/a'))).stat;
        const { zxid, value: stat } = await ann.setData('/a', 'hello');

        expect(stat).toEqual({ ...created, version: 1, mzxid: zxid, dataLength: 5, mtime: stat?.mtime });
      });

      test('at a time that is kept beside that of its creation', async () => {
        const ann = await world.connect();
        const { stat: created } = await done(ann.create2('/a'));
        let written = created;
        while (written.mtime === created.mtime) written = await done(ann.setData('/a', 'x'));

        expect(written.mtime).toBeGreaterThan(written.ctime);
        expect(written.ctime).toBe(created.ctime);
      });

      test('when it has the version that is given, else BadVersion', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));

        expect(await errorOf(ann.setData('/a', 'x', 1))).toBe('BadVersion');
        expect(await done(ann.setData('/a', 'x', 0))).toMatchObject({ version: 1 });
        expect(await errorOf(ann.setData('/a', 'x', 0))).toBe('BadVersion');
        expect(await done(ann.setData('/a', 'x', -1))).toMatchObject({ version: 2 });
      });

      test('when there is one: NoNode', async () => {
        expect(await errorOf((await world.connect()).setData('/none', 'x'))).toBe('NoNode');
      });

      test('also with no data at all', async () => {
        const ann = await world.connect();
        await done(ann.create('/a', { data: 'hello' }));
        await done(ann.setData('/a', undefined));

        expect(await done(ann.getData('/a'))).toMatchObject({ data: undefined, stat: { dataLength: 0 } });
      });
    });

    describe('is deleted', () => {
      test('when it has the version that is given, else BadVersion', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.setData('/a', 'x'));

        expect(await errorOf(ann.delete('/a', 0))).toBe('BadVersion');
        expect(await errorOf(ann.delete('/a', 1))).toBe('ok');
        expect(await errorOf(ann.exists('/a'))).toBe('NoNode');
      });

      test('when there is one: NoNode', async () => {
        expect(await errorOf((await world.connect()).delete('/none'))).toBe('NoNode');
      });

      test('when it has no children: NotEmpty', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.create('/a/x'));

        expect(await errorOf(ann.delete('/a'))).toBe('NotEmpty');
        expect(await errorOf(ann.delete('/a', 7))).toBe('BadVersion');
      });

      test('by whoever may, whose ephemeral it is does not matter', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.create('/a', { flags: KIND.ephemeral }));

        expect(await errorOf(bob.delete('/a'))).toBe('ok');
        expect(await done(ann.ephemerals('/'))).toEqual([]);
      });

      test('and created again as another one', async () => {
        const ann = await world.connect();
        await done(ann.create('/a', { data: 'old' }));
        await done(ann.setData('/a', 'older'));
        await done(ann.delete('/a'));
        const { stat } = await done(ann.create2('/a'));

        expect(stat).toMatchObject({ version: 0, dataLength: 0 });
      });
    });

    test('tells of its children in its Stat: twice the creations less those that are there, and the last change', async () => {
      const ann = await world.connect();
      const story: Partial<Stat>[] = [];
      const zxids: bigint[] = [(await ann.create('/a')).zxid];
      const look = async (zxid: bigint) => {
        zxids.push(zxid);
        const { cversion, numChildren, pzxid, version } = await done(ann.exists('/a'));
        story.push({ cversion, numChildren, pzxid, version });
      };
      await look((await ann.create('/a/x')).zxid);
      await look((await ann.create('/a/y', { flags: KIND.ephemeral })).zxid);
      await look((await ann.delete('/a/x')).zxid);
      await ann.setData('/a/y', 'no change of its parent');
      await look((await ann.delete('/a/y')).zxid);

      expect(story).toEqual([
        { cversion: 1, numChildren: 1, pzxid: zxids[1], version: 0 },
        { cversion: 2, numChildren: 2, pzxid: zxids[2], version: 0 },
        { cversion: 3, numChildren: 1, pzxid: zxids[3], version: 0 },
        { cversion: 4, numChildren: 0, pzxid: zxids[4], version: 0 },
      ]);
    });

    test.each([
      ['create', KIND.persistent],
      ['create2', KIND.ephemeral],
      ['createContainer', KIND.container],
    ] as const)('made by %s has the ACL that was given', async (op, flags) => {
      const ann = await world.connect();
      const acl = [...OPEN, { perms: 1, scheme: 'ip', id: '10.0.0.0/8' }];
      await done<unknown>(ann[op]('/a', { flags, acl }));

      expect(await done(ann.getAcl('/a'))).toMatchObject({ acl, stat: { aversion: 0 } });
    });
  });

  describe('the root', () => {
    const world = worldOf(server);

    test('is there with a znode for the server itself, which has config and quota', async () => {
      const ann = await world.connect({ root: '' });

      expect(await done(ann.children('/'))).toContain('zookeeper');
      expect(await done(ann.children('/zookeeper'))).toEqual(['config', 'quota']);
      expect((await done(ann.getData('/zookeeper/config'))).data).toBe('');
    });

    test('can be written, not deleted (BadArguments) nor created (NodeExists)', async () => {
      const ann = await world.connect({ root: '' });

      expect(await errorOf(ann.setData('/', ''))).toBe('ok');
      expect(await errorOf(ann.delete('/'))).toBe('BadArguments');
      expect(await errorOf(ann.create('/'))).toBe('NodeExists');
    });

    test('numbers what is created in sequence below it', async () => {
      const ann = await world.connect({ root: '' });

      expect(await done(ann.create('/n-', { flags: KIND.ephemeralSequential }))).toMatch(/^\/n-\d{10}$/);
    });
  });
}
