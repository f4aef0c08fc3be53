import { describe, expect, test } from 'vitest';

import { KIND, WATCHER } from '../support/protocol.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

export function describeWatches(server: () => ServerUnderTest): void {
  describe('a watch', () => {
    const world = worldOf(server);

    describe('set by reading data', () => {
      test('tells of a write, once', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.getData('/', true));
        await done(bob.setData('/', 'x'));
        await done(bob.setData('/', 'y'));

        expect(await ann.heard()).toEqual(['NodeDataChanged /']);
      });

      test('tells of a deletion', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(bob.create('/a'));
        await done(ann.getData('/a', true));
        await done(bob.delete('/a'));

        expect(await ann.heard()).toEqual(['NodeDeleted /a']);
      });

      test('is not set on what is not there', async () => {
        const ann = await world.connect();
        expect(await errorOf(ann.getData('/a', true))).toBe('NoNode');
        await done(ann.create('/a'));

        expect(await ann.heard()).toEqual([]);
      });

      test('says nothing of children, nor of ACLs', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.getData('/a', true));
        await done(ann.create('/a/x'));
        await done(ann.setAcl('/a', [{ perms: 31, scheme: 'world', id: 'anyone' }]));

        expect(await ann.heard()).toEqual([]);
      });
    });

    describe('set by asking whether something is there', () => {
      test('tells that it was created', async () => {
        const ann = await world.connect();
        expect(await errorOf(ann.exists('/a', true))).toBe('NoNode');
        await done(ann.create('/a'));

        expect(await ann.heard()).toEqual(['NodeCreated /a']);
      });

      test.each(['setData', 'delete'] as const)('tells of %s where it was there', async (op) => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.exists('/a', true));
        await done<unknown>(op === 'setData' ? ann.setData('/a', 'x') : ann.delete('/a'));

        expect(await ann.heard()).toEqual([op === 'setData' ? 'NodeDataChanged /a' : 'NodeDeleted /a']);
      });

      test('is one with that of reading data', async () => {
        const ann = await world.connect();
        await done(ann.exists('/', true));
        await done(ann.getData('/', true));
        await done(ann.setData('/', 'x'));

        expect(await ann.heard()).toEqual(['NodeDataChanged /']);
      });
    });

    describe('set by reading children', () => {
      test.each(['children', 'children2'] as const)('by %s tells that one came, once', async (op) => {
        const ann = await world.connect();
        await done<unknown>(ann[op]('/', true));
        await done(ann.create('/a'));
        await done(ann.create('/b'));

        expect(await ann.heard()).toEqual(['NodeChildrenChanged /']);
      });

      test('tells that one went, and that the znode itself went', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.create('/a/x'));
        await done(ann.children('/a', true));
        await done(ann.delete('/a/x'));
        await done(ann.children('/a', true));
        await done(ann.delete('/a'));

        expect(await ann.heard()).toEqual(['NodeChildrenChanged /a', 'NodeDeleted /a']);
      });

      test('says nothing of data, its own or its children’s, nor of grandchildren', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.children('/', true));
        await done(ann.setData('/', 'x'));
        await done(ann.setData('/a', 'x'));
        await done(ann.create('/a/x'));

        expect(await ann.heard()).toEqual([]);
      });

      test('is not set on what is not there', async () => {
        const ann = await world.connect();
        expect(await errorOf(ann.children('/a', true))).toBe('NoNode');
        await done(ann.create('/a'));
        await done(ann.create('/a/x'));

        expect(await ann.heard()).toEqual([]);
      });
    });

    describe('in order', () => {
      test('the event comes before the reply to the change, and to what shows it to others', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.getData('/', true));
        await done(bob.getData('/', true));
        await done(ann.setData('/', 'x'));
        await done(bob.getData('/'));

        expect(ann.arrivals).toEqual(['getData ok', 'NodeDataChanged /', 'setData ok']);
        expect(bob.arrivals).toEqual(['getData ok', 'NodeDataChanged /', 'getData ok']);
      });

      test('data and child watches of one connection on what is deleted give one event', async () => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.getData('/a', true));
        await done(ann.children('/a', true));
        await done(ann.delete('/a'));

        expect(await ann.heard()).toEqual(['NodeDeleted /a']);
      });

      test('a deletion is told before the change of the parent, a creation too', async () => {
        const ann = await world.connect();
        expect(await errorOf(ann.exists('/a', true))).toBe('NoNode');
        await done(ann.children('/', true));
        await done(ann.create('/a'));
        await done(ann.exists('/a', true));
        await done(ann.children('/', true));
        await done(ann.delete('/a'));

        expect(await ann.heard()).toEqual([
          'NodeCreated /a',
          'NodeChildrenChanged /',
          'NodeDeleted /a',
          'NodeChildrenChanged /',
        ]);
      });

      test('one of a pipeline fires between the replies around it', async () => {
        const ann = await world.connect();
        await Promise.all([ann.exists('/a', true), ann.create('/a'), ann.exists('/a'), ann.delete('/a')]);

        expect(ann.arrivals).toEqual(['exists NoNode', 'NodeCreated /a', 'create ok', 'exists ok', 'delete ok']);
      });

      test('what fails tells nobody', async () => {
        const ann = await world.connect();
        await done(ann.getData('/', true));
        expect(await errorOf(ann.setData('/', 'x', 7))).toBe('BadVersion');

        expect(await ann.heard()).toEqual([]);
      });
    });

    test('a session that ends tells of each of its ephemerals', async () => {
      const [ann, bob] = [await world.connect(), await world.connect()];
      for (const path of ['/a', '/b']) {
        await done(ann.create(path, { flags: KIND.ephemeral }));
        await done(bob.exists(path, true));
      }
      await done(ann.closeSession());

      expect((await bob.heard()).sort()).toEqual(['NodeDeleted /a', 'NodeDeleted /b']);
    });

    test('goes with its connection', async () => {
      const [ann, bob] = [await world.connect(), await world.connect()];
      await done(ann.getData('/', true));
      await ann.drop();
      await done(bob.setData('/', 'x'));
      const again = await world.connect({ session: ann.session });

      expect(await again.heard()).toEqual([]);
      expect(await errorOf(again.checkWatches('/', WATCHER.data))).toBe('NoWatcher');
    });

    describe('is asked for by checkWatches', () => {
      test.each([
        ['data', WATCHER.data, ['ok', 'NoWatcher']],
        ['children', WATCHER.children, ['NoWatcher', 'ok']],
        ['any', WATCHER.any, ['ok', 'ok']],
      ])('of kind %s', async (_, type, expected) => {
        const ann = await world.connect();
        await done(ann.create('/a'));
        await done(ann.getData('/', true));
        await done(ann.children('/a', true));

        const ofDataAndOfChildren = [ann.checkWatches('/', type), ann.checkWatches('/a', type)].map(errorOf);
        expect(await Promise.all(ofDataAndOfChildren)).toEqual(expected);
        expect(await errorOf(ann.checkWatches('/none', type))).toBe('NoWatcher');
      });
    });

    describe('is removed', () => {
      test('by its kind, without an event: clients make that one themselves', async () => {
        const ann = await world.connect();
        await done(ann.getData('/', true));
        await done(ann.children('/', true));
        await done(ann.removeWatches('/', WATCHER.data));
        await done(ann.setData('/', 'x'));
        await done(ann.create('/a'));

        expect(ann.arrivals.slice(2)).toEqual(['removeWatches ok', 'setData ok', 'NodeChildrenChanged /', 'create ok']);
      });

      test('of every kind at once', async () => {
        const ann = await world.connect();
        await done(ann.getData('/', true));
        await done(ann.children('/', true));
        await done(ann.removeWatches('/', WATCHER.any));
        await done(ann.setData('/', 'x'));
        await done(ann.create('/a'));

        expect(await ann.heard()).toEqual([]);
      });

      test('where there is one: NoWatcher', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(bob.getData('/', true));

        expect(await errorOf(ann.removeWatches('/', WATCHER.data))).toBe('NoWatcher');
        expect(await errorOf(bob.removeWatches('/', WATCHER.children))).toBe('NoWatcher');
        expect(await errorOf(bob.removeWatches('/none', WATCHER.any))).toBe('NoWatcher');
      });

      test('for this connection only', async () => {
        const [ann, bob] = [await world.connect(), await world.connect()];
        await done(ann.getData('/', true));
        await done(bob.getData('/', true));
        await done(ann.removeWatches('/', WATCHER.any));
        await done(ann.setData('/', 'x'));

        expect(await ann.heard()).toEqual([]);
        expect(await bob.heard()).toEqual(['NodeDataChanged /']);
      });
    });
  });
}
