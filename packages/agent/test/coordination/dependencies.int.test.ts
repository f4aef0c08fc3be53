import { systemClock } from 'ochopod-core';
import { connectSession } from 'ochopod-core/zookeeper';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startZooKeeper, zookeeperAvailable } from '../../../../scripts/zookeeper.mjs';
import { randomOf, shuffled } from './random.ts';
import { type FakePod, World } from './world.ts';

const available = zookeeperAvailable();
const title = available.available ? '' : ` (SKIPPED: ${available.because})`;

describe.skipIf(!available.available)(`dozens of interleavings on a real ZooKeeper${title}`, () => {
  let zookeeper: Awaited<ReturnType<typeof startZooKeeper>>;

  beforeAll(async () => {
    zookeeper = await startZooKeeper();
  });

  afterAll(() => zookeeper.stop());

  test('end with the complete view, without configuring twice with the same', async () => {
    for (let seed = 1; seed <= 48; seed += 1) await interleave(seed);
  });

  async function interleave(seed: number): Promise<void> {
    const random = randomOf(seed);
    const world = new World(random, connect);
    const [web, backend, elsewhere] = [`n${seed}.web`, `n${seed}.backend`, `m${seed}.backend`];
    const dependsOn = ['backend', `/m${seed}.backend`, 'back*'];
    for (const cluster of shuffled(random, [backend, backend, elsewhere, web])) {
      world.start(cluster, cluster === web ? { dependsOn } : {});
      for (let pause = Math.floor(random() * 20); pause > 0; pause -= 1) await turn();
    }
    const dependent = world.of(web)[0] as FakePod;
    await untilSees(dependent, '2,1,2');
    world.start(backend);
    await untilSees(dependent, '3,1,3');

    const seen = dependent.views.map(({ dependencies }) =>
      JSON.stringify(Object.values(dependencies).map((pods) => Object.keys(pods).sort())),
    );
    expect(new Set(seen).size, `seed ${seed}`).toBe(seen.length);
    await Promise.all(world.pods.map((pod) => pod.coordinator.stop()));
  }

  /** The test runner's own time limit is the bound. */
  async function untilSees(pod: FakePod, sizes: string): Promise<void> {
    while (sizesIn(pod) !== sizes) await turn();
  }

  const sizesIn = (pod: FakePod): string =>
    Object.values(pod.views.at(-1)?.dependencies ?? {})
      .map((pods) => Object.keys(pods).length)
      .join();

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  const connect = () =>
    connectSession(
      { servers: `127.0.0.1:${zookeeper.port}`, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock },
      new AbortController().signal,
    );
});
