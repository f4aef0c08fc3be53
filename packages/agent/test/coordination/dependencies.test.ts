import { type ClusterViewJson, OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { randomOf, shuffled } from './random.ts';
import { type FakePod, quiet, until, World } from './world.ts';

const WEB = 'demo.web';
const BACKEND = 'demo.backend';
const ELSEWHERE = 'other.backend';
const DEPENDS_ON = ['backend', '/other.backend', 'back*'];

describe('a cluster that depends on others', () => {
  test('waits for a dependency that has pods and is not configured yet', async () => {
    const world = new World();
    const answers = { check: refuse('not yet') };
    const backend = world.start(BACKEND, { answers });
    await until(() => world.registered(BACKEND).length === 1, 'backend is registered');
    const web = world.start(WEB, { dependsOn: ['backend'] });
    await until(() => web.coordinator.state === 'leader (configuration pending)', 'web waits');
    await quiet();

    expect(web.coordinator.status).toBe(`* waiting for ${BACKEND}, which is not configured yet`);
    expect(web.views).toEqual([]);

    backend.answers = {};
    await world.clock.advance(60_000);
    await until(() => world.isConfigured(WEB, [web]), 'web is configured');
    expect(dependency(web, 'backend')).toEqual([backend.key]);
  });

  test('does without a dependency that nobody runs', async () => {
    const world = new World();
    const web = world.start(WEB, { dependsOn: ['backend'] });
    await until(() => world.isConfigured(WEB, [web]), 'web is configured');

    expect(web.views.at(-1)?.dependencies).toEqual({ backend: {} });
  });

  test('takes no notice of a change of the leader of its dependency', async () => {
    const world = new World();
    const backend = [1, 2].map(() => world.start(BACKEND, { damperMs: 5000 }));
    await until(() => world.registered(BACKEND).length === 2, 'backend is registered');
    await quiet();
    await world.clock.advance(5000);
    const web = world.start(WEB, { dependsOn: DEPENDS_ON });
    await until(() => world.isConfigured(WEB, [web]), 'web is configured');
    await quiet();
    const before = web.views.length;

    const [leader] = world.leaders(BACKEND);
    leader?.session?.expire();
    await until(() => world.leaders(BACKEND)[0] !== leader && world.isConfigured(BACKEND, backend), 'recorded again');
    await quiet();
    await world.clock.advance(60_000).then(quiet);

    expect(web.views.length).toBe(before);
  });

  test('hears that the last pod of its dependency has shut down', async () => {
    const world = new World();
    const backend = world.start(BACKEND);
    const web = world.start(WEB, { dependsOn: ['backend'] });
    await until(() => dependency(web, 'backend')?.length === 1, 'web knows backend');

    backend.die();
    await until(() => dependency(web, 'backend')?.length === 0, 'web knows that it is gone');
  });
});

describe('clusters that depend on each other', () => {
  test.each<[string, Readonly<Record<string, string[]>>]>([
    ['two', { 'demo.a': ['b'], 'demo.b': ['a'] }],
    ['three in a row', { 'demo.a': ['b'], 'demo.b': ['c'], 'demo.c': ['a'] }],
    ['all on all', { 'demo.a': ['*'], 'demo.b': ['*'], 'demo.c': ['*'] }],
  ])('do not wait for each other for ever: %s', async (_how, needs) => {
    const world = new World();
    const pods = Object.entries(needs).map(([cluster, dependsOn]) => world.start(cluster, { dependsOn }));
    for (const pod of pods) await until(() => world.isConfigured(pod.cluster, [pod]), `${pod.cluster} is configured`);
    const seesAll = (pod: FakePod) => needs[pod.cluster]?.every((entry) => (dependency(pod, entry)?.length ?? 0) > 0);
    await until(() => pods.every(seesAll), 'each sees what it depends on');
    await quiet();

    for (const { cluster, coordinator } of pods) {
      const others = Object.keys(needs).filter((name) => name !== cluster);
      expect(coordinator.status).toBe(`depends in a circle on ${others.join(', ')}: none waits for the other`);
    }
  });

  test('and no more, say so no more', async () => {
    const world = new World();
    const [a, b] = [world.start('demo.a', { dependsOn: ['b'] }), world.start('demo.b', { dependsOn: ['a'] })];
    await until(() => a.coordinator.status !== '' && b.coordinator.status !== '', 'the circle is told');
    await b.coordinator.stop();
    await until(() => a.coordinator.status === '', 'there is none any more');
  });
});

/**
 * In whatever order clusters are created, and however reads, writes and notifications overtake each other: the dependent
 * ends with the complete view, never sees one that no leader has recorded, and is not configured twice with the same.
 */
describe('a thousand interleavings', () => {
  const seeds = Array.from({ length: 1000 }, (_, seed) => seed + 1);

  test('all end well', { timeout: 600_000 }, async () => {
    for (const seed of seeds) await interleave(seed);
  });

  async function interleave(seed: number): Promise<void> {
    const random = randomOf(seed);
    const world = new World(random);
    const starts = shuffled(random, [BACKEND, BACKEND, ELSEWHERE, WEB]);
    for (const cluster of starts) {
      world.start(cluster, cluster === WEB ? { dependsOn: DEPENDS_ON } : {});
      for (let pause = Math.floor(random() * 12); pause > 0; pause -= 1)
        await new Promise((next) => setImmediate(next));
    }
    const web = world.of(WEB)[0] as FakePod;
    await untilComplete(world, web, seed);
    world.start(BACKEND);
    await untilComplete(world, web, seed);

    const seen = web.views.map(dependencies);
    expect(new Set(seen).size, `seed ${seed} configured twice with the same view:\n${seen.join('\n')}`).toBe(
      seen.length,
    );
    for (const pod of world.pods) await pod.coordinator.stop();
  }

  async function untilComplete(world: World, web: FakePod, seed: number): Promise<void> {
    const local = world.of(BACKEND).map(({ key }) => key);
    const remote = world.of(ELSEWHERE).map(({ key }) => key);
    const complete = () =>
      same(dependency(web, 'backend'), local) &&
      same(dependency(web, 'back*'), local) &&
      same(dependency(web, '/other.backend'), remote) &&
      world.isConfigured(WEB, [web]);
    await until(complete, `seed ${seed}: web sees ${local.length} + ${remote.length} pods`);
    await quiet();
  }
});

const dependency = (pod: FakePod, entry: string): string[] | undefined => {
  const found = pod.views.at(-1)?.dependencies[entry];
  return found && Object.keys(found);
};

const dependencies = (view: ClusterViewJson): string =>
  JSON.stringify(Object.entries(view.dependencies).map(([entry, pods]) => [entry, Object.keys(pods).sort()]));

const same = (left: readonly string[] | undefined, right: readonly string[]): boolean =>
  left !== undefined && left.toSorted().join() === right.toSorted().join();

const refuse = (because: string) => () => {
  throw new OchoError(because, { code: 'POD_REFUSED' });
};
