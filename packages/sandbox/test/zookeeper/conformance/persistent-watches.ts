import { describe, expect, test } from 'vitest';

import { MODE, WATCHER } from '../support/protocol.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

export function describePersistentWatches(server: () => ServerUnderTest): void {
  describe('a watch that stays', () => {
    const world = worldOf(server);

    test('tells of each change of its znode and of its children, again and again', async () => {
      const ann = await world.connect();
      expect(await done(ann.addWatch('/a', MODE.persistent))).toBe('ok');
      for (let round = 0; round < 2; round += 1) {
        await done(ann.create('/a'));
        await done(ann.setData('/a', 'x'));
        await done(ann.create('/a/x'));
        await done(ann.setData('/a/x', 'not told'));
        await done(ann.delete('/a/x'));
        await done(ann.delete('/a'));
      }

      const story = [
        'NodeCreated /a',
        'NodeDataChanged /a',
        'NodeChildrenChanged /a',
        'NodeChildrenChanged /a',
        'NodeDeleted /a',
      ];
      expect(await ann.heard()).toEqual([...story, ...story]);
    });

    test('that is recursive tells of everything below, but not that children changed', async () => {
      const ann = await world.connect();
      expect(await done(ann.addWatch('/a', MODE.recursive))).toBe('ok');
      for (let round = 0; round < 2; round += 1) {
        await done(ann.create('/a'));
        await done(ann.create('/a/x'));
        await done(ann.create('/a/x/y'));
        await done(ann.setData('/a/x/y', 'x'));
        await done(ann.delete('/a/x/y'));
        await done(ann.delete('/a/x'));
        await done(ann.delete('/a'));
        await done(ann.create('/ab'));
        await done(ann.delete('/ab'));
      }

      const story = [
        'NodeCreated /a',
        'NodeCreated /a/x',
        'NodeCreated /a/x/y',
        'NodeDataChanged /a/x/y',
        'NodeDeleted /a/x/y',
        'NodeDeleted /a/x',
        'NodeDeleted /a',
      ];
      expect(await ann.heard()).toEqual([...story, ...story]);
    });

    test('that is recursive may be on the root of all', async () => {
      const [ann, bob] = [await world.connect({ root: '' }), await world.connect()];
      await done(ann.addWatch('/', MODE.recursive));
      await done(bob.create('/a'));

      expect(await ann.heard()).toContain(`NodeCreated ${world.root}/a`);
    });

    test('that is recursive is told together with one that is not only once', async () => {
      const ann = await world.connect();
      await done(ann.create('/a'));
      await done(ann.addWatch('/', MODE.recursive));
      await done(ann.getData('/a', true));
      await done(ann.setData('/a', 'x'));
      await done(ann.setData('/a', 'y'));

      expect(await ann.heard()).toEqual(['NodeDataChanged /a', 'NodeDataChanged /a']);
    });

    test('keeps those who come and go beside it apart', async () => {
      const [ann, bob] = [await world.connect(), await world.connect()];
      await done(ann.addWatch('/', MODE.persistent));
      await done(bob.getData('/', true));
      await done(ann.setData('/', 'x'));
      await done(ann.setData('/', 'y'));

      expect(await ann.heard()).toEqual(['NodeDataChanged /', 'NodeDataChanged /']);
      expect(await bob.heard()).toEqual(['NodeDataChanged /']);
    });

    test('becomes recursive when it is added again so: that children changed is not told any more', async () => {
      const ann = await world.connect();
      await done(ann.create('/a'));
      await done(ann.addWatch('/', MODE.persistent));
      await done(ann.addWatch('/', MODE.recursive));
      await done(ann.setData('/a', 'x'));
      await done(ann.create('/b'));

      expect(await ann.heard()).toEqual(['NodeDataChanged /a', 'NodeCreated /b']);
    });

    test('that is recursive is so no more when it is added again without that', async () => {
      const ann = await world.connect();
      await done(ann.create('/a'));
      await done(ann.addWatch('/', MODE.recursive));
      await done(ann.addWatch('/', MODE.persistent));
      await done(ann.setData('/a', 'x'));
      await done(ann.create('/b'));

      expect(await ann.heard()).toEqual(['NodeChildrenChanged /']);
    });

    test('is not of a mode that there is not: MarshallingError', async () => {
      const ann = await world.connect();

      expect(await errorOf(ann.addWatch('/', 7))).toBe('MarshallingError');
      expect(await errorOf(ann.addWatch('/', -1))).toBe('MarshallingError');
    });

    test.each([
      ['persistent', MODE.persistent],
      ['recursive', MODE.recursive],
    ])('is removed when it is %s', async (_, mode) => {
      const ann = await world.connect();
      await done(ann.addWatch('/', mode));
      await done(ann.removeWatches('/', WATCHER.any));
      await done(ann.setData('/', 'x'));
      await done(ann.create('/a'));

      expect(await ann.heard()).toEqual([]);
      expect(await errorOf(ann.removeWatches('/', WATCHER.any))).toBe('NoWatcher');
    });

    test('goes with its connection', async () => {
      const ann = await world.connect();
      await done(ann.addWatch('/', MODE.recursive));
      await ann.drop();
      const again = await world.connect({ session: ann.session });
      await done(again.setData('/', 'x'));

      expect(await again.heard()).toEqual([]);
    });
  });
}
