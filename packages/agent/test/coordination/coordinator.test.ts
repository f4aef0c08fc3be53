import { OchoError } from 'ochopod-core';
import { podsPath } from 'ochopod-core/registry';
import { beforeEach, describe, expect, test } from 'vitest';

import { type FakePod, type NewPod, quiet, until, World } from './world.ts';

const WEB = 'demo.web';
const refuse = (because: string) => () => {
  throw new OchoError(because, { code: 'POD_REFUSED' });
};
const hang = () => new Promise<void>(() => {});

describe('a cluster of three pods', () => {
  let world: World;
  let ann: FakePod;
  let bob: FakePod;
  let cyd: FakePod;

  beforeEach(async () => {
    world = new World();
    [ann, bob, cyd] = [world.start(WEB), world.start(WEB), world.start(WEB)];
    await configured([ann, bob, cyd]);
  });

  test('has one leader and distinct numbers', () => {
    expect(world.leaders(WEB)).toHaveLength(1);
    expect([ann, bob, cyd].map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });

  test('gives every pod the same complete view', () => {
    const views = [ann, bob, cyd].map(({ views: received }) => received.at(-1));
    expect(views.map((view) => Object.keys(view?.pods ?? {}).sort())).toEqual(
      Array(3).fill([ann.key, bob.key, cyd.key].sort()),
    );
    expect(views.map((view) => view?.key)).toEqual([ann.key, bob.key, cyd.key]);
  });

  test('is configured once more when a pod joins', async () => {
    const before = ann.configurations;
    const dan = world.start(WEB);
    await configured([ann, bob, cyd, dan]);

    expect(ann.configurations - before).toBe(1);
    expect(ann.seq).toBe(0);
  });

  test('is configured once more when a pod shuts down, and keeps it listed', async () => {
    const before = ann.configurations;
    cyd.die();
    await configured([ann, bob]);

    expect(ann.configurations - before).toBe(1);
    expect(world.registered(WEB)).toHaveLength(3);
  });

  test('is handed over when the leader shuts down, and configured once more', async () => {
    const before = bob.configurations;
    leader().die();
    await configured([bob, cyd]);

    expect(world.leaders(WEB)).toEqual([bob]);
    expect(bob.configurations - before).toBe(1);
  });

  test('is handed over when the leader leaves, and configured once more', async () => {
    const before = bob.configurations;
    await leader().coordinator.stop();
    await configured([bob, cyd]);

    expect(bob.configurations - before).toBe(1);
    expect(world.registered(WEB)).toHaveLength(2);
  });

  test('is configured once more when the leader is gone without a word', async () => {
    const before = bob.configurations;
    leader().crash();
    await configured([bob, cyd]);

    expect(bob.configurations - before).toBe(1);
  });

  test('is not configured again when the leader resets and finds everybody as before', async () => {
    await leader().coordinator.reset(new AbortController().signal);
    await configured([ann, bob, cyd]);
    const after = [ann.seq, bob.seq, cyd.seq];

    expect(after).toEqual([0, 1, 2]);
    expect(world.leaders(WEB)).toHaveLength(1);
    expect(world.registered(WEB)).toHaveLength(3);
  });

  test('lists a pod whose session was lost again, under its old key and number', async () => {
    cyd.session?.expire();
    await until(() => world.registered(WEB).length === 3 && cyd.coordinator.registered, 'three pods registered');
    await configured([ann, bob, cyd]);

    expect(cyd.seq).toBe(2);
    expect(world.registered(WEB).filter((node) => node.startsWith(cyd.key))).toHaveLength(1);
  });

  test('registers a pod again whose node somebody deleted', async () => {
    const node = world.registered(WEB).find((name) => name.startsWith(bob.key)) as string;
    const outsider = world.ensemble.connect();
    await outsider.remove(`${podsPath({ namespace: 'demo', cluster: 'web' })}/${node}`, new AbortController().signal);
    await configured([ann, bob, cyd]);

    expect(bob.seq).toBe(1);
  });

  test.each(['', '{', '{"ip":"127.0.0.1","port":"toString","ports":{}}'])(
    'writes the registration of a pod again that somebody overwrote with %j',
    async (garbage) => {
      const path = podsPath({ namespace: 'demo', cluster: 'web' });
      const node = `${path}/${world.registered(WEB).find((name) => name.startsWith(bob.key))}`;
      const before = world.ensemble.peek(node)?.data;
      world.ensemble.put(node, garbage);
      await until(() => world.ensemble.peek(node)?.data === before, 'it is as before');
      await configured([ann, bob, cyd]);
    },
  );

  test('leaves neither timers nor watches behind when everybody leaves', async () => {
    for (const pod of [ann, bob, cyd]) await pod.coordinator.stop();
    await quiet();

    expect(world.clock.pending).toBe(0);
    expect(world.registered(WEB)).toEqual([]);
  });

  const leader = () => world.leaders(WEB)[0] as FakePod;
  const configured = (pods: FakePod[]) => untilConfigured(world, pods);
});

describe('one bad pod', () => {
  test.each<[string, NewPod['answers'], string]>([
    ['refuses the check', { check: refuse('no license') }, 'no license'],
    ['fails to configure', { on: refuse('no such command') }, 'no such command'],
  ])('that %s does not keep the others from being configured', async (_what, answers, reason) => {
    const world = new World();
    const good = [world.start(WEB), world.start(WEB)];
    await untilConfigured(world, good);
    world.start(WEB, { answers: answers ?? {} });
    await until(() => world.registered(WEB).length === 3, 'the bad one is registered');
    await quiet();
    for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(2000).then(quiet);

    expect(world.isConfigured(WEB, good)).toBe(true);
    expect(status(world)).toBe(`* 2 pods configured, waiting for ${WEB} #2: ${reason}`);
  });

  test('that hangs costs the others one time limit', async () => {
    const world = new World();
    const good = [world.start(WEB), world.start(WEB)];
    await untilConfigured(world, good);
    const bad = world.start(WEB, { answers: { on: hang } });
    await until(() => world.requests.includes(`on ${WEB} #2`), 'it was asked');
    bad.answers = { on: () => Promise.reject(new OchoError('too late', { code: 'TIMEOUT' })) };
    world.start(WEB); // a change of the view lets go of nobody: only the leaver's own signal does
    bad.crash();
    await until(() => world.registered(WEB).length === 3, 'it left');
    await quiet();
    await world.clock.advance(1000).then(quiet);

    expect(
      world.isConfigured(
        WEB,
        world.pods.filter((pod) => pod !== bad),
      ),
    ).toBe(true);
  });

  test('that hangs once it is configured costs the others five seconds', async () => {
    const world = new World();
    const pods = [world.start(WEB), world.start(WEB, { answers: { ok: hang } })];
    await until(() => world.requests.includes(`ok ${WEB} #1`), 'it is told that all are configured');
    await quiet();
    expect(world.isConfigured(WEB, pods)).toBe(false);
    await world.clock.advance(5000).then(quiet);

    expect(world.isConfigured(WEB, pods)).toBe(true);
  });

  test('takes part again once it can', async () => {
    const world = new World();
    const good = world.start(WEB);
    await untilConfigured(world, [good]);
    const bad = world.start(WEB, { answers: { check: refuse('not yet') } });
    await until(() => world.registered(WEB).length === 2, 'both are registered');
    await quiet();
    for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(2000).then(quiet);
    bad.answers = {};
    await world.clock.advance(20_000).then(quiet);

    expect(world.isConfigured(WEB, [good, bad])).toBe(true);
    expect(status(world)).toBe('');
  });

  test.each(['marked as dead', 'found dead'])('is not waited for once it is %s', async (how) => {
    const world = new World();
    const good = world.start(WEB);
    await untilConfigured(world, [good]);
    const bad = world.start(WEB, { answers: { check: refuse('not yet') }, configureAttempts: 1 });
    await until(() => world.registered(WEB).length === 2, 'both are registered');
    await quiet();
    for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(2000).then(quiet);
    expect(status(world)).toContain('waiting for');

    if (how === 'marked as dead') bad.die();
    else {
      const dead = () => Promise.reject(new OchoError('it is dead', { code: 'POD_DEAD' }));
      bad.answers = { check: dead };
    }
    for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(20_000).then(quiet);
    expect(status(world)).toBe('');
  });

  test('is not blamed when everybody refuses', async () => {
    const world = new World();
    const answers = { check: refuse('needs three nodes') };
    const [ann, bob] = [world.start(WEB, { answers }), world.start(WEB, { answers })];
    await until(() => world.registered(WEB).length === 2, 'both are registered');
    for (let turn = 0; turn < 8; turn += 1) await world.clock.advance(30_000).then(quiet);
    expect(status(world)).toContain('needs three nodes');
    expect(world.leaders(WEB)[0]?.coordinator.state).toBe('leader (configuration pending)');

    ann.answers = {};
    bob.answers = {};
    const cyd = world.start(WEB);
    await untilConfigured(world, [ann, bob, cyd]);
  });

  test('that is shut down without saying so is found out and dropped', async () => {
    const world = new World();
    const good = world.start(WEB);
    const old = world.start(WEB, {
      answers: {
        check: () => {
          throw new OchoError('dead', { code: 'POD_DEAD' });
        },
      },
    });
    await until(() => world.registered(WEB).length === 2, 'both are registered');
    await untilConfigured(world, [good]);

    expect(old.views).toEqual([]);
  });
});

describe('the order of a configuration', () => {
  test.each([2, 3, 7, 20])('follows the numbers of %i pods when sequential', async (size) => {
    const world = new World();
    const gate = world.start(WEB, { sequential: true, damperMs: 1000 });
    await until(() => gate.coordinator.state === 'leader (configuration pending)', 'the damper runs');
    const pods = [
      gate,
      ...Array.from({ length: size - 1 }, () => world.start(WEB, { sequential: true, damperMs: 1000 })),
    ];
    await until(() => world.registered(WEB).length === size, 'all are registered');
    await world.clock.advance(1000);
    await untilConfigured(world, pods);

    const order = (task: string) => world.requests.filter((request) => request.startsWith(`${task} `)).slice(-size);
    const ascending = (task: string) => Array.from({ length: size }, (_, seq) => `${task} ${WEB} #${seq}`);
    for (const task of ['check', 'on', 'ok']) expect(order(task)).toEqual(ascending(task));
  });

  test('stops everybody before anybody starts with full shutdown', async () => {
    const world = new World();
    const pods = [1, 2, 3].map(() => world.start(WEB, { fullShutdown: true }));
    await untilConfigured(world, pods);

    const steps = world.requests.slice(-12).map((request) => request.split(' ')[0]);
    expect(steps).toEqual(['check', 'off', 'on', 'ok'].flatMap((step) => Array(3).fill(step)));
  });
});

describe('the damper', () => {
  test('lets a pod come back without a configuration', async () => {
    const world = new World();
    const damperMs = 5000;
    const [ann, bob] = [world.start(WEB, { damperMs }), world.start(WEB, { damperMs })];
    await until(() => world.registered(WEB).length === 2, 'both are registered');
    await quiet();
    await world.clock.advance(damperMs);
    await untilConfigured(world, [ann, bob]);
    const before = ann.configurations;

    bob.session?.expire();
    await until(() => bob.coordinator.registered && world.registered(WEB).length === 2, 'bob is back');
    await quiet();
    await world.clock.advance(60_000);
    await quiet();

    expect(ann.configurations).toBe(before);
    expect(world.isConfigured(WEB, [ann, bob])).toBe(true);
  });
});

describe('the probe', () => {
  test.each([
    [7, '7'],
    [null, ''],
    [undefined, ''],
    [['low', 'disk'], 'low,disk'],
  ])('returns %j, and the status is a text', async (returned, text) => {
    const world = new World();
    let probed = false;
    const probe = () => {
      probed = true;
      return returned as unknown as string;
    };
    const ann = world.start(WEB, { probe });
    await untilConfigured(world, [ann]);

    expect(probed).toBe(true);
    expect(ann.coordinator.status).toBe(text);
  });

  test('tells the status right after a configuration, and every so often', async () => {
    const world = new World();
    let load = 1;
    const ann = world.start(WEB, { probe: () => `load ${load}` });
    await untilConfigured(world, [ann]);
    await until(() => ann.coordinator.status === 'load 1', 'probed at once');

    load = 2;
    await world.clock.advance(60_000);
    await until(() => ann.coordinator.status === 'load 2', 'probed again');
  });
});

async function untilConfigured(world: World, pods: readonly FakePod[]): Promise<void> {
  const cluster = pods[0]?.cluster as string;
  await until(() => world.isConfigured(cluster, pods), `${pods.length} pods of ${cluster} configured`);
  await quiet();
}

const status = (world: World): string | undefined => world.leaders(WEB)[0]?.coordinator.status;
