import { describe, expect, test } from 'vitest';

import { KIND, OPS, PERMS } from '../support/protocol.ts';
import type { Operation } from '../support/requests.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

const ROLLED_BACK = { type: -1, error: 'ok' };
const NOT_TRIED = { type: -1, error: 'RuntimeInconsistency' };

export function describeMulti(server: () => ServerUnderTest): void {
  describe('a transaction of several operations', () => {
    const world = worldOf(server);

    test('does them all, and answers each as it would alone, but create2 like create', async () => {
      const ann = await world.connect();
      await done(ann.create('/old'));
      const { value: results, zxid } = await ann.multi([
        { op: 'check', path: '/old', version: 0 },
        { op: 'create', path: '/a', data: 'a' },
        { op: 'create2', path: '/a/x', data: 'x', flags: KIND.ephemeral },
        { op: 'setData', path: '/a', data: 'changed', version: 0 },
        { op: 'delete', path: '/old' },
        { op: 'create', path: '/n-', flags: KIND.sequential },
      ]);
      const [a, x] = [await done(ann.exists('/a')), await done(ann.exists('/a/x'))];

      expect(results).toEqual([
        { type: OPS.check, error: 'ok' },
        { type: OPS.create, error: 'ok', path: '/a' },
        { type: OPS.create, error: 'ok', path: '/a/x' },
        { type: OPS.setData, error: 'ok', stat: a },
        { type: OPS.delete, error: 'ok' },
        { type: OPS.create, error: 'ok', path: '/n-0000000002' },
      ]);
      expect([a.czxid, a.mzxid, a.pzxid, x.czxid]).toEqual([zxid, zxid, zxid, zxid]);
      expect(x.ephemeralOwner).toBe(ann.sessionId);
      expect(await errorOf(ann.exists('/old'))).toBe('NoNode');
    });

    test('may make containers and znodes with a time to live', async () => {
      const ann = await world.connect();
      const results = await done(
        ann.multi([
          { op: 'createContainer', path: '/c', flags: KIND.container },
          { op: 'createTTL', path: '/t', flags: KIND.ttl, ttl: 100_000n },
        ]),
      );

      expect(results).toEqual([
        { type: OPS.create2, error: 'ok', path: '/c', stat: await done(ann.exists('/c')) },
        { type: OPS.create2, error: 'ok', path: '/t', stat: await done(ann.exists('/t')) },
      ]);
    });

    test('of none does nothing', async () => {
      const ann = await world.connect();

      expect(await done(ann.multi([]))).toEqual([]);
    });

    test.each<[string, string, Operation]>([
      ['NoNode', 'checking what is not there', { op: 'check', path: '/none' }],
      ['BadVersion', 'checking a version that is gone', { op: 'check', path: '/a', version: 7 }],
      ['NodeExists', 'creating what is there', { op: 'create', path: '/a' }],
      ['NoNode', 'creating without a parent', { op: 'create2', path: '/none/a' }],
      ['NoChildrenForEphemerals', 'creating below an ephemeral', { op: 'create', path: '/mine/x' }],
      ['BadArguments', 'creating what cannot be a path', { op: 'create', path: '/a/..' }],
      ['BadArguments', 'creating a kind that there is not', { op: 'create', path: '/b', flags: 9 }],
      ['InvalidACL', 'creating with no ACL', { op: 'create', path: '/b', acl: [] }],
      ['NoAuth', 'creating where one may not', { op: 'create', path: '/closed/b' }],
      ['NoNode', 'writing what is not there', { op: 'setData', path: '/none', data: '' }],
      ['BadVersion', 'writing a version that is gone', { op: 'setData', path: '/a', data: '', version: 7 }],
      ['NoAuth', 'writing where one may not', { op: 'setData', path: '/closed', data: '' }],
      ['NoNode', 'deleting what is not there', { op: 'delete', path: '/none' }],
      ['NotEmpty', 'deleting a parent', { op: 'delete', path: '/a' }],
      ['BadVersion', 'deleting a version that is gone', { op: 'delete', path: '/a/x', version: 7 }],
    ])('fails with %s by %s: nothing is done, and each operation has its error', async (error, _, operation) => {
      const ann = await world.connect();
      for (const path of ['/a', '/a/x']) await done(ann.create(path));
      await done(ann.create('/mine', { flags: KIND.ephemeral }));
      await done(ann.create('/closed', { acl: [{ perms: PERMS.read, scheme: 'world', id: 'anyone' }] }));
      const before = await done(ann.exists('/'));
      const reply = await ann.multi([
        { op: 'create', path: '/new' },
        { op: 'setData', path: '/', data: 'x' },
        operation,
        { op: 'delete', path: '/a/x' },
        { op: 'check', path: '/none' },
      ]);

      expect(reply.error).toBe('ok');
      expect(reply.zxid).toBeGreaterThan(before.pzxid);
      expect(reply.value).toEqual([ROLLED_BACK, ROLLED_BACK, { type: -1, error }, NOT_TRIED, NOT_TRIED]);
      expect(await done(ann.exists('/'))).toEqual(before);
      expect(await errorOf(ann.exists('/new'))).toBe('NoNode');
    });

    test('sees what those before it did', async () => {
      const ann = await world.connect();
      const reply = await ann.multi([
        { op: 'create', path: '/a' },
        { op: 'create', path: '/a/x' },
        { op: 'setData', path: '/a', data: 'x', version: 0 },
        { op: 'setData', path: '/a', data: 'y', version: 1 },
        { op: 'check', path: '/a', version: 2 },
        { op: 'delete', path: '/a/x', version: 0 },
        { op: 'delete', path: '/a', version: 2 },
      ]);

      expect(reply.value?.map(({ error }) => error)).toEqual(Array(7).fill('ok'));
      expect(await done(ann.exists('/'))).toMatchObject({ numChildren: 0, cversion: 2 });
    });

    test('tells watches of each operation, in their order, before its reply', async () => {
      const ann = await world.connect();
      await done(ann.create('/a'));
      await done(ann.getData('/a', true));
      await done(ann.children('/', true));
      await done(
        ann.multi([
          { op: 'create', path: '/b' },
          { op: 'setData', path: '/a', data: 'x' },
          { op: 'delete', path: '/a' },
        ]),
      );

      expect(ann.arrivals.slice(3)).toEqual(['NodeChildrenChanged /', 'NodeDataChanged /a', 'multi ok']);
    });

    test('that fails tells nobody', async () => {
      const ann = await world.connect();
      await done(ann.children('/', true));
      await ann.multi([
        { op: 'create', path: '/b' },
        { op: 'check', path: '/none' },
      ]);

      expect(await ann.heard()).toEqual([]);
    });

    test('that fails gives the numbers back that it took', async () => {
      const ann = await world.connect();
      await ann.multi([
        { op: 'create', path: '/n-', flags: KIND.sequential },
        { op: 'check', path: '/none' },
      ]);

      expect(await done(ann.create('/n-', { flags: KIND.sequential }))).toBe('/n-0000000000');
    });
  });

  describe('a transaction of several reads', () => {
    const world = worldOf(server);

    test('answers each by itself', async () => {
      const ann = await world.connect();
      await done(ann.create('/a', { data: 'hello' }));
      const results = await done(
        ann.multiRead([
          { op: 'getData', path: '/a' },
          { op: 'getChildren', path: '/' },
          { op: 'getData', path: '/none' },
          { op: 'getChildren', path: '/a' },
          { op: 'getChildren', path: '/none' },
        ]),
      );

      expect(results).toEqual([
        { type: OPS.getData, error: 'ok', data: 'hello', stat: await done(ann.exists('/a')) },
        { type: OPS.getChildren, error: 'ok', children: ['a'] },
        { type: -1, error: 'NoNode' },
        { type: OPS.getChildren, error: 'ok', children: [] },
        { type: -1, error: 'NoNode' },
      ]);
    });

    test('is not a transaction of its own, and of none reads nothing', async () => {
      const ann = await world.connect();
      const { zxid } = await ann.setData('/', 'x');
      const reply = await ann.multiRead([]);

      expect(reply).toMatchObject({ error: 'ok', value: [], zxid });
    });
  });
}
