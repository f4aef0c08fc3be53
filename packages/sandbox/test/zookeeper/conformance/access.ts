import { describe, expect, test } from 'vitest';

import { digest } from '../support/digest.ts';
import { type Acl, MODE, OPEN, PERMS } from '../support/protocol.ts';
import type { RawClient } from '../support/raw-client.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

const READ: Acl = { perms: PERMS.read, scheme: 'world', id: 'anyone' };

export function describeAccess(server: () => ServerUnderTest): void {
  describe('access', () => {
    const world = worldOf(server);

    test.each<[string, number, (ann: RawClient) => Promise<unknown>]>([
      ['read its data', PERMS.read, (ann) => errorOf(ann.getData('/a'))],
      ['read its children', PERMS.read, (ann) => errorOf(ann.children('/a'))],
      ['read its children and Stat', PERMS.read, (ann) => errorOf(ann.children2('/a'))],
      ['count its descendants', PERMS.read, (ann) => errorOf(ann.descendants('/a'))],
      ['write its data', PERMS.write, (ann) => errorOf(ann.setData('/a', 'x'))],
      ['create children', PERMS.create, (ann) => errorOf(ann.create('/a/y'))],
      ['delete children', PERMS.delete, (ann) => errorOf(ann.delete('/a/x'))],
      ['set its ACL', PERMS.admin, (ann) => errorOf(ann.setAcl('/a', OPEN))],
      ['check its version in a transaction', PERMS.read, checkInMulti],
    ])('to %s needs permission %i, else NoAuth', async (_, perms, op) => {
      const ann = await world.connect();
      await parentWith(ann, perms);
      expect(await op(ann)).toBe('ok');

      const bob = await world.connect({ root: `${world.root}/other` });
      await done(ann.create('/other'));
      await parentWith(bob, PERMS.all & ~perms);
      expect(await op(bob)).toBe('NoAuth');
    });

    test.each<[string, (ann: RawClient) => Promise<string>]>([
      ['whether it exists', (ann) => errorOf(ann.exists('/a'))],
      ['for its deletion where its parent allows it', (ann) => errorOf(ann.delete('/a'))],
      ['for a sync', (ann) => errorOf(ann.sync('/a'))],
    ])('needs no permission of the znode to ask %s', async (_, op) => {
      const ann = await world.connect();
      await done(ann.create('/a', { acl: [{ perms: 0, scheme: 'world', id: 'anyone' }] }));

      expect(await op(ann)).toBe('ok');
    });

    test('to the ACL of a znode needs permission to read or to administer', async () => {
      const ann = await world.connect();
      for (const [path, perms] of [
        ['/r', PERMS.read],
        ['/a', PERMS.admin],
        ['/w', PERMS.write],
      ] as const)
        await done(ann.create(path, { acl: [{ perms, scheme: 'world', id: 'anyone' }] }));

      expect(await errorOf(ann.getAcl('/r'))).toBe('ok');
      expect(await errorOf(ann.getAcl('/a'))).toBe('ok');
      expect(await errorOf(ann.getAcl('/w'))).toBe('NoAuth');
    });

    test('is granted by any entry that fits', async () => {
      const ann = await world.connect();
      const acl = [READ, { perms: PERMS.write, scheme: 'ip', id: '127.0.0.1' }];
      await done(ann.create('/a', { acl }));

      expect(await errorOf(ann.getData('/a'))).toBe('ok');
      expect(await errorOf(ann.setData('/a', ''))).toBe('ok');
      expect(await errorOf(ann.create('/a/x'))).toBe('NoAuth');
    });

    test('to events needs permission to read the znode that they are about', async () => {
      const [ann, bob] = [await world.connect(), await world.connect()];
      await done(ann.auth('digest', 'ann:secret'));
      await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'auth', id: '' }] }));
      await done(bob.addWatch('/', MODE.recursive));
      await done(bob.exists('/a', true));
      await done(ann.exists('/a', true));
      await done(ann.setData('/a', 'x'));
      await done(ann.create('/b'));

      expect(await ann.heard()).toEqual(['NodeDataChanged /a']);
      expect(await bob.heard()).toEqual(['NodeCreated /b']);
    });

    describe('by an address', () => {
      test.each([
        ['127.0.0.1', 'ok'],
        ['127.0.0.0/8', 'ok'],
        ['127.0.0.2/30', 'ok'],
        ['0.0.0.0/0', 'ok'],
        ['127.0.0.2', 'NoAuth'],
        ['10.0.0.0/8', 'NoAuth'],
      ])('%s: %s', async (id, error) => {
        const ann = await world.connect();
        await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'ip', id }] }));

        expect(await errorOf(ann.getData('/a'))).toBe(error);
      });
    });

    describe('by a password', () => {
      test('is for those who have said it, on any connection', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'digest', id: digest('ann:secret') }] }));
        expect(await errorOf(ann.getData('/a'))).toBe('NoAuth');
        expect(await errorOf(ann.auth('digest', 'ann:secret'))).toBe('ok');
        await done(bob.auth('digest', 'ann:wrong'));

        expect(await errorOf(ann.getData('/a'))).toBe('ok');
        expect(await errorOf(bob.getData('/a'))).toBe('NoAuth');
        await done(bob.auth('digest', 'ann:secret'));
        expect(await errorOf(bob.getData('/a'))).toBe('ok');
      });

      test('is forgotten with the connection', async () => {
        const ann = await world.connect();
        await done(ann.auth('digest', 'ann:secret'));
        await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'auth', id: '' }] }));
        await ann.drop();
        const again = await world.connect({ session: ann.session });

        expect(await errorOf(again.getData('/a'))).toBe('NoAuth');
      });

      test('may hold for requests that were sent right after it', async () => {
        const ann = await world.connect();
        await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'digest', id: digest('ann:secret') }] }));
        const replies = [ann.auth('digest', 'ann:secret'), ann.getData('/a')].map((reply) => errorOf(reply));

        expect(await Promise.all(replies)).toEqual(['ok', 'ok']);
      });
    });

    describe('for whoever makes it, by the scheme auth', () => {
      test('is kept as what they are', async () => {
        const ann = await world.connect();
        await done(ann.auth('digest', 'ann:secret'));
        await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'auth', id: 'whatever' }] }));

        const { acl } = await done(ann.getAcl('/a'));
        expect(acl).toEqual([{ perms: PERMS.all, scheme: 'digest', id: digest('ann:secret') }]);
      });

      test('is InvalidACL for those who have not said who they are', async () => {
        const ann = await world.connect();

        expect(await errorOf(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'auth', id: '' }] }))).toBe(
          'InvalidACL',
        );
      });

      test('holds of each that they are', async () => {
        const ann = await world.connect();
        await done(ann.auth('digest', 'ann:1'));
        await done(ann.auth('digest', 'ann:2'));
        await done(ann.create('/a', { acl: [{ perms: PERMS.all, scheme: 'auth', id: '' }] }));

        const { acl } = await done(ann.getAcl('/a'));
        expect(acl.map(({ id }) => id).sort()).toEqual([digest('ann:1'), digest('ann:2')].sort());
      });
    });

    describe('is described by an ACL', () => {
      test.each<[string, readonly Acl[]]>([
        ['of nothing', []],
        ['of a scheme that there is not', [{ perms: PERMS.all, scheme: 'none', id: 'x' }]],
        ['of another world', [{ perms: PERMS.all, scheme: 'world', id: 'me' }]],
        ['of a digest without a colon', [{ perms: PERMS.all, scheme: 'digest', id: 'ann' }]],
        ['of what is no address', [{ perms: PERMS.all, scheme: 'ip', id: 'somewhere' }]],
        ['of more bits than an address has', [{ perms: PERMS.all, scheme: 'ip', id: '127.0.0.1/33' }]],
        ['good in one entry only', [READ, { perms: PERMS.all, scheme: 'none', id: 'x' }]],
      ])('%s is InvalidACL', async (_, acl) => {
        const ann = await world.connect();

        expect(await errorOf(ann.create('/a', { acl }))).toBe('InvalidACL');
        expect(await errorOf(ann.setAcl('/', acl))).toBe('InvalidACL');
      });

      test('of the same entry twice, which is kept once', async () => {
        const ann = await world.connect();
        await done(ann.create('/a', { acl: [READ, READ] }));

        expect((await done(ann.getAcl('/a'))).acl).toEqual([READ]);
      });

      test('that can be set; its version counts that, and nothing else does', async () => {
        const ann = await world.connect();
        const { stat: before } = await done(ann.create2('/a'));
        const stat = await done(ann.setAcl('/a', [READ, { perms: PERMS.admin, scheme: 'world', id: 'anyone' }], 0));

        expect(stat).toEqual({ ...before, aversion: 1 });
        expect(await errorOf(ann.setAcl('/a', OPEN, 0))).toBe('BadVersion');
        expect(await errorOf(ann.setAcl('/a', OPEN, 1))).toBe('ok');
        expect(await errorOf(ann.setAcl('/none', OPEN))).toBe('NoNode');
        expect(await errorOf(ann.getAcl('/none'))).toBe('NoNode');
      });

      test('hides what it is about the passwords of others from those who may not administer', async () => {
        const ann = await world.connect();
        const acl = [READ, { perms: PERMS.all, scheme: 'digest', id: digest('ann:secret') }];
        await done(ann.create('/a', { acl }));

        expect((await done(ann.getAcl('/a'))).acl).toEqual([READ, { perms: PERMS.all, scheme: 'digest', id: 'ann:x' }]);
        await done(ann.auth('digest', 'ann:secret'));
        expect((await done(ann.getAcl('/a'))).acl).toEqual(acl);
      });
    });

    describe('who one is', () => {
      test('is an address at first', async () => {
        expect(await done((await world.connect()).whoAmI())).toEqual(['ip 127.0.0.1']);
      });

      test('is also the users that one has said, without their passwords', async () => {
        const ann = await world.connect();
        await done(ann.auth('digest', 'ann:secret'));
        await done(ann.auth('digest', 'bob:secret'));

        expect((await done(ann.whoAmI())).sort()).toEqual(['digest ann', 'digest bob', 'ip 127.0.0.1']);
      });

      test('cannot be said in a scheme that there is not: AuthFailed, and the connection is closed', async () => {
        const ann = await world.connect();

        expect(await errorOf(ann.auth('none', 'x'))).toBe('AuthFailed');
        await ann.connection.closed;
      });

      test('may be said by an address, whatever it is', async () => {
        const ann = await world.connect();

        expect(await errorOf(ann.auth('ip', ''))).toBe('ok');
        expect(await done(ann.whoAmI())).toEqual(['ip 127.0.0.1']);
      });
    });
  });

  async function checkInMulti(ann: RawClient): Promise<string | undefined> {
    const results = await done(ann.multi([{ op: 'check', path: '/a' }]));
    return results[0]?.error;
  }
}

/** `/a`, on which everybody has these permissions, and its child `/a/x`. */
async function parentWith(client: RawClient, perms: number): Promise<void> {
  await done(client.create('/a'));
  await done(client.create('/a/x'));
  await done(client.setAcl('/a', [{ perms, scheme: 'world', id: 'anyone' }]));
}
