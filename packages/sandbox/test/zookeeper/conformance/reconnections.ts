import { beforeEach, describe, expect, test } from 'vitest';

import type { RawClient } from '../support/raw-client.ts';
import { done, type ServerUnderTest, worldOf } from '../support/world.ts';

export function describeReconnections(server: () => ServerUnderTest): void {
  describe('watches set again over a reconnection', () => {
    const world = worldOf(server);
    let ann: RawClient;
    let bob: RawClient;

    beforeEach(async () => {
      [ann, bob] = [await world.connect(), await world.connect()];
      await done(ann.create('/a'));
      await done(ann.create('/a/x'));
      await done(ann.create('/gone'));
    });

    /** The connection of ann drops, things happen, and she is back. */
    async function away(happens: () => Promise<unknown>): Promise<RawClient> {
      await ann.drop();
      await happens();
      return world.connect({ session: ann.session, lastZxidSeen: ann.lastZxidSeen });
    }

    test('tell of what happened meanwhile, before the reply', async () => {
      const again = await away(async () => {
        await done(bob.setData('/a', 'news'));
        await done(bob.delete('/gone'));
        await done(bob.create('/new'));
        await done(bob.create('/a/y'));
      });
      await done(again.setWatches(ann.lastZxidSeen, ['/a', '/gone'], ['/new'], ['/a']));

      expect(again.arrivals.at(-1)).toBe('setWatches ok');
      expect([...again.arrivals.slice(0, -1)].sort()).toEqual([
        'NodeChildrenChanged /a',
        'NodeCreated /new',
        'NodeDataChanged /a',
        'NodeDeleted /gone',
      ]);
    });

    test('that have told are gone', async () => {
      const again = await away(() => done(bob.setData('/a', 'news')));
      await done(again.setWatches(ann.lastZxidSeen, ['/a'], [], []));
      await again.heard();
      await done(bob.setData('/a', 'more'));

      expect(await again.heard()).toEqual([]);
    });

    test('tell nothing when nothing happened, and then what does', async () => {
      const again = await away(async () => {});
      await done(again.setWatches(ann.lastZxidSeen, ['/a'], ['/new'], ['/a', '/']));
      expect(await again.heard()).toEqual([]);

      await done(bob.setData('/a', 'news'));
      await done(bob.create('/new'));
      await done(bob.create('/a/y'));
      expect(await again.heard()).toEqual([
        'NodeDataChanged /a',
        'NodeCreated /new',
        'NodeChildrenChanged /',
        'NodeChildrenChanged /a',
      ]);
    });

    test('tell that a znode whose children were watched has gone', async () => {
      const again = await away(() => done(bob.delete('/gone')));
      await done(again.setWatches(ann.lastZxidSeen, [], [], ['/gone']));

      expect(await again.heard()).toEqual(['NodeDeleted /gone']);
    });

    test('tell once of a znode whose data and children were watched and that has gone', async () => {
      const again = await away(() => done(bob.delete('/gone')));
      await done(again.setWatches(ann.lastZxidSeen, ['/gone'], [], ['/gone']));

      expect(await again.heard()).toEqual(['NodeDeleted /gone', 'NodeDeleted /gone']);
    });

    test('of a znode that is another one now tell of its data', async () => {
      const again = await away(async () => {
        await done(bob.delete('/gone'));
        await done(bob.create('/gone'));
      });
      await done(again.setWatches(ann.lastZxidSeen, ['/gone'], [], []));

      expect(await again.heard()).toEqual(['NodeDataChanged /gone']);
    });

    test('on what was not there, and came and went, tell nothing', async () => {
      const again = await away(async () => {
        await done(bob.create('/new'));
        await done(bob.delete('/new'));
      });
      await done(again.setWatches(ann.lastZxidSeen, [], ['/new'], []));
      expect(await again.heard()).toEqual([]);
      await done(bob.create('/new'));

      expect(await again.heard()).toEqual(['NodeCreated /new']);
    });

    test('of the newer form bring those that stay back, which tell nothing of what happened meanwhile', async () => {
      const again = await away(async () => {
        await done(bob.setData('/a', 'missed'));
        await done(bob.setData('/a/x', 'missed'));
      });
      await done(again.setWatches(ann.lastZxidSeen, [], [], [], ['/a'], ['/']));
      expect(await again.heard()).toEqual([]);

      for (const data of ['1', '2']) await done(bob.setData('/a/x', data));
      await done(bob.create('/a/y'));
      expect(await again.heard()).toEqual([
        'NodeDataChanged /a/x',
        'NodeDataChanged /a/x',
        'NodeCreated /a/y',
        'NodeChildrenChanged /a',
      ]);
    });

    test('of the newer form may be one-shot as well', async () => {
      const again = await away(() => done(bob.setData('/a', 'news')));
      await done(again.setWatches(ann.lastZxidSeen, ['/a'], ['/new'], ['/a'], [], []));
      expect(again.arrivals).toEqual(['NodeDataChanged /a', 'setWatches2 ok']);
      await done(bob.create('/new'));

      expect(await again.heard()).toEqual(['NodeDataChanged /a', 'NodeCreated /new']);
    });
  });
}
