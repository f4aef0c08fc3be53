import { MOST_WRITES, podsPath } from 'ochopod-core/registry';
import { beforeEach, describe, expect, test } from 'vitest';

import { type FakePod, quiet, until, World } from './world.ts';

const WEB = 'demo.web';

describe('a cluster whose znodes somebody spoils', () => {
  let world: World;
  let ann: FakePod;
  let bob: FakePod;

  beforeEach(async () => {
    world = new World();
    ann = world.start(WEB);
    bob = world.start(WEB);
    await configured([ann, bob]);
  });

  test('lets a pod hold its number again that somebody deleted', async () => {
    const held = `/ochopod/clusters/${WEB}/numbers/1`;
    world.ensemble.erase(held);
    await until(() => world.ensemble.peek(held)?.data === bob.key, 'bob holds it again');
    await configured([ann, bob]);

    expect(bob.seq).toBe(1);
  });

  test('does not set a pod aside over whose registration somebody writes again and again', async () => {
    const first = world.registered(WEB).find((name) => name.startsWith(bob.key)) as string;
    const nodeOfBob = () => world.registered(WEB).find((name) => name.startsWith(bob.key)) as string;
    for (let time = 0; time < MOST_WRITES; time += 1) {
      const spoilt = `${podsPath({ namespace: 'demo', cluster: 'web' })}/${nodeOfBob()}`;
      world.ensemble.put(spoilt, '{');
      await until(() => world.ensemble.peek(spoilt)?.data !== '{', 'it is written again');
    }
    await world.clock.advance(60_000); // the leader takes its time with who left so often
    await configured([ann, bob]);

    expect(nodeOfBob()).not.toBe(first);
    expect(bob.seq).toBe(1);
  });

  test('registers a pod again whose node is deleted just as it writes it again', async () => {
    const node = `${podsPath({ namespace: 'demo', cluster: 'web' })}/${world.registered(WEB).find((name) => name.startsWith(bob.key))}`;
    const session = bob.session as NonNullable<FakePod['session']>;
    const set = session.set.bind(session);
    session.set = (path, data, signal) => {
      if (path === node) world.ensemble.erase(path);
      return set(path, data, signal);
    };
    world.ensemble.put(node, '{');
    await until(() => bob.said.includes('our registration was deleted, registering again'), 'bob registers again');
    await configured([ann, bob]);

    expect(bob.said.join()).not.toContain('starting over');
    expect(bob.session).toBe(session);
  });

  test.each(['hash', 'snapshot'])(
    'has its %s as it was soon after somebody deleted or overwrote it, is told, and is not configured again',
    async (record) => {
      const path = `/ochopod/clusters/${WEB}/${record}`;
      const before = world.ensemble.peek(path)?.data as string;
      const configurations = ann.configurations;
      world.ensemble.erase(path);
      await until(() => world.ensemble.peek(path)?.data === before, 'it is as before');
      await quiet();
      world.ensemble.put(path, 'garbage');
      await until(() => world.ensemble.peek(path)?.data === before, 'it is as before');
      await quiet();

      const told = `somebody changed ${path}, which is the leader's: it is as it was again`;
      expect((world.leaders(WEB)[0] as FakePod).said.filter((line) => line === told)).toHaveLength(2);
      expect(ann.configurations).toBe(configurations);
    },
  );

  async function configured(pods: readonly FakePod[]): Promise<void> {
    await until(() => world.isConfigured(WEB, pods), `${pods.length} pods configured`);
    await quiet();
  }
});
