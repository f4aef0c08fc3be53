import { coordinatorPath, podsPath } from 'ochopod-core/registry';
import { describe, expect, test } from 'vitest';

import { type FakePod, quiet, until, World } from './world.ts';

const WEB = 'demo.web';

describe('between the two writes of its first registration', () => {
  test('a pod that is shut down is listed as dead all the same', async () => {
    const { world, ann } = await meanwhile((pod) => pod.die());

    expect(ann.coordinator.registered).toBe(true);
    expect(JSON.parse(world.ensemble.peek(nodeOf(world, ann))?.data ?? '')).toMatchObject({
      dead: 'true',
      died: 'killed',
    });
  });

  test('a pod that loses its session keeps the number that others have seen', async () => {
    const { world, ann } = await meanwhile((pod) => pod.session?.expire());
    await untilConfigured(world, [ann]);

    expect(world.registered(WEB)).toEqual([`${ann.key}.0000000001`]);
    expect(ann.seq).toBe(0);
  });

  async function meanwhile(happens: (pod: FakePod) => void) {
    let first = true;
    const world: World = new World(undefined, async () => {
      const session = world.ensemble.connect();
      const transaction = session.transaction.bind(session);
      session.transaction = (...written) => {
        if (first) happens(ann);
        first = false;
        return transaction(...written);
      };
      return session;
    });
    const ann = world.start(WEB);
    await until(() => ann.coordinator.registered, 'registered');
    await quiet();
    return { world, ann };
  }

  const nodeOf = (world: World, { key }: FakePod): string =>
    `${podsPath({ namespace: 'demo', cluster: 'web' })}/${world.registered(WEB).find((name) => name.startsWith(key))}`;
});

describe('a pod that starts over', () => {
  test('is back at once when all went well for long, however often it failed before', async () => {
    const world = new World();
    const ann = world.start(WEB);
    await untilConfigured(world, [ann]);
    for (let time = 0; time < 12; time += 1) {
      unlock(world);
      await until(() => !ann.coordinator.registered, 'she starts over');
      await world.clock.advance(10_000);
      await until(() => world.leaders(WEB).length === 1, 'she leads');
    }

    await world.clock.advance(3_600_000);
    unlock(world);
    await until(() => !ann.coordinator.registered, 'she starts over');
    await world.clock.advance(200);
    await until(() => ann.coordinator.registered, 'registered');
  });
});

test('a new leader who finds everything as it should be runs its probe', async () => {
  const world = new World();
  const options = { damperMs: 5000, probe: () => 'fine' };
  const [ann, bob] = [world.start(WEB, options), world.start(WEB, options)];
  await until(() => world.registered(WEB).length === 2, 'both are registered');
  await quiet();
  await world.clock.advance(5000);
  await untilConfigured(world, [ann, bob]);

  // Her lock is gone, and her session lives on and holds the snapshot: she hears of nothing for now.
  ann.session?.disconnect();
  unlock(world);
  await until(() => bob.coordinator.status === 'fine', 'bob has run his probe');

  expect(bob.configurations).toBe(1);
});

/** As an operator may. */
function unlock({ ensemble }: World): void {
  const lock = coordinatorPath({ namespace: 'demo', cluster: 'web' });
  ensemble.erase(`${lock}/${ensemble.list(lock)[0]}`);
}

async function untilConfigured(world: World, pods: readonly FakePod[]): Promise<void> {
  await until(() => world.isConfigured(WEB, pods), `${pods.length} pods configured`);
  await quiet();
}
