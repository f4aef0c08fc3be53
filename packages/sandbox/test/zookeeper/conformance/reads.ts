import { describe, expect, test } from 'vitest';

import { KIND } from '../support/protocol.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

export function describeReads(server: () => ServerUnderTest): void {
  describe('reading', () => {
    const world = worldOf(server);

    test('children names them all, once each, and with create2 beside the Stat of their parent', async () => {
      const ann = await world.connect();
      for (const name of ['b', 'a', 'größer ☃', 'c']) await done(ann.create(`/${name}`));
      await done(ann.create('/a/not-a-child'));

      expect((await done(ann.children('/'))).sort()).toEqual(['a', 'b', 'c', 'größer ☃']);
      const { children, stat } = await done(ann.children2('/'));
      expect(children.sort()).toEqual(['a', 'b', 'c', 'größer ☃']);
      expect(stat).toEqual(await done(ann.exists('/')));
    });

    test('children of a leaf is an empty list', async () => {
      const ann = await world.connect();

      expect(await done(ann.children('/'))).toEqual([]);
      expect(await done(ann.children2('/'))).toMatchObject({ children: [], stat: { numChildren: 0 } });
    });

    test.each(['exists', 'getData', 'children', 'children2', 'getAcl', 'descendants'] as const)(
      '%s of what is not there is NoNode, unless it is counted: BadArguments does not come either',
      async (op) => {
        expect(await errorOf((await world.connect())[op]('/none'))).toBe('NoNode');
      },
    );

    test('the number of descendants counts every level, not the znode itself', async () => {
      const ann = await world.connect();
      for (const path of ['/a', '/a/b', '/a/b/c', '/a/d', '/ab']) await done(ann.create(path));

      expect(await done(ann.descendants('/'))).toBe(5);
      expect(await done(ann.descendants('/a'))).toBe(3);
      expect(await done(ann.descendants('/a/b/c'))).toBe(0);
    });

    test('ephemerals are those of the session, by the beginning of their paths', async () => {
      const [ann, bob] = [await world.connect(), await world.connect()];
      await done(ann.create('/a'));
      for (const path of ['/a/x', '/a/y', '/ab']) await done(ann.create(path, { flags: KIND.ephemeral }));
      await done(bob.create('/a/z', { flags: KIND.ephemeral }));

      expect((await done(ann.ephemerals('/'))).sort()).toEqual(['/a/x', '/a/y', '/ab']);
      expect((await done(ann.ephemerals('/a'))).sort()).toEqual(['/a/x', '/a/y', '/ab']);
      expect((await done(ann.ephemerals('/a/'))).sort()).toEqual(['/a/x', '/a/y']);
      expect(await done(ann.ephemerals('/none'))).toEqual([]);
      expect(await done(bob.ephemerals('/'))).toEqual(['/a/z']);
    });

    test('a session without ephemerals has none', async () => {
      const ann = await world.connect();

      expect(await done(ann.ephemerals('/'))).toEqual([]);
      await done(ann.create('/a', { flags: KIND.ephemeral }));
      await done(ann.delete('/a'));
      expect(await done(ann.ephemerals('/'))).toEqual([]);
    });

    test('sync answers with its path, whether it is there or not', async () => {
      const ann = await world.connect();

      expect(await done(ann.sync('/'))).toBe('/');
      expect(await done(ann.sync('/none'))).toBe('/none');
    });

    test('what another session was told is done is there for everybody', async () => {
      const [ann, bob] = [await world.connect(), await world.connect()];
      for (let round = 1; round <= 20; round += 1) {
        await done(ann.setData('/', String(round)));
        expect((await done(bob.getData('/'))).data).toBe(String(round));
      }
    });
  });
}
