import { MOST_WRITES, podsPath } from 'ochopod-core/registry';
import type { Znode } from 'ochopod-core/zookeeper';
import { describe, expect, test } from 'vitest';

import { quiet, until, World } from './world.ts';

const WEB = 'demo.web';
const PODS = podsPath({ namespace: 'demo', cluster: 'web' });

describe('one bad neighbour', () => {
  test.each<[string, string]>([
    ['{"ip":"127.0.0.1","port":"toString","ports":{}}', 'does not map the control port toString'],
    [`{"ip":"127.0.0.1","port":"8080","ports":{"8080":9},"x":${'['.repeat(1e4)}${']'.repeat(1e4)}}`, 'nested deeper'],
    [`{"ip":"127.0.0.1","port":"8080","ports":{"8080":9},"x":"${'x'.repeat(1e6)}"}`, 'more than 65536'],
  ])('that registered %.60s is named, and the others go on', async (registration, reason) => {
    const world = new World();
    const ann = world.start(WEB);
    await untilConfigured(world, [ann]);
    const stranger = world.ensemble.connect();
    const ticket = { parent: PODS, prefix: 'junk.', data: registration };
    await stranger.createTicket(ticket, new AbortController().signal);
    const bob = world.start(WEB);
    await untilConfigured(world, [ann, bob]);
    await quiet();

    expect(status(world)).toContain(`2 pods configured, waiting for ${WEB} junk.0000000001: `);
    expect(status(world)).toContain(reason);
  });

  test('whose data provokes a bug costs the others nothing, and the bug is told', async () => {
    const world = new World();
    const good = [world.start(WEB), world.start(WEB)];
    await untilConfigured(world, good);
    const bug = () => {
      throw new TypeError('Cannot read properties of undefined');
    };
    world.start(WEB, { answers: { check: bug } });
    await until(() => world.registered(WEB).length === 3, 'the bad one is registered');
    await quiet();
    for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(2000).then(quiet);

    expect(world.isConfigured(WEB, good)).toBe(true);
    expect(status(world)).toContain(`waiting for ${WEB} #2: `);
    expect(good[0]?.said.join('\n')).toMatch(/#2 provoked a bug: TypeError: Cannot read.*\n\s+at /);

    await world.clock.advance(20_000).then(quiet);
    expect(world.requests.filter((request) => request === `check ${WEB} #2`).length).toBeGreaterThan(3);
    expect(good[0]?.said.join('\n')).not.toContain('starting over');
  });

  test('whose registration provokes a bug costs the others nothing, and the bug is told once', async () => {
    const world: World = new World(undefined, async () => {
      const session = world.ensemble.connect();
      const watch = session.watchNode.bind(session);
      session.watchNode = (path, signal) =>
        path.includes('/odd.') ? unforeseen(watch(path, signal)) : watch(path, signal);
      return session;
    });
    world.ensemble.put(`${PODS}/odd.0000000000`, '{}');
    const ann = world.start(WEB);
    await untilConfigured(world, [ann]);
    const bob = world.start(WEB);
    await untilConfigured(world, [ann, bob]);

    expect(status(world)).toContain(`2 pods configured, waiting for ${WEB} odd.0000000000: `);
    expect(ann.said.filter((line) => line.includes('odd.0000000000 provoked a bug: TypeError: '))).toHaveLength(1);
  });

  test('that says something else all the time is set aside, and disturbs nobody any more', async () => {
    const world = new World();
    const ann = world.start(WEB);
    await untilConfigured(world, [ann]);
    const node = `${PODS}/restless.0000000000`;
    const say = (task: number) =>
      world.ensemble.put(node, JSON.stringify({ ip: '127.0.0.1', port: '1', ports: { 1: 1 }, task: `t${task}` }));
    for (let time = 0; time <= MOST_WRITES + 1; time += 1) say(time);
    await quiet();
    const configurations = ann.configurations;
    for (let time = 100; time < 120; time += 1) {
      say(time);
      await quiet();
    }

    expect(status(world)).toContain(`waiting for ${WEB} restless.0000000000: it was written more than 32 times`);
    expect(ann.configurations).toBe(configurations);
  });

  test('that has written nothing yet, as agents of 2015 do for a moment, is no trouble', async () => {
    const world = new World();
    world.ensemble.put(`${PODS}/coming.0000000000`, '');
    await untilConfigured(world, [world.start(WEB)]);

    expect(status(world)).toBe('');
  });

  test('whose name goes on and on is told by the beginning of it', async () => {
    const world = new World();
    world.ensemble.put(`${PODS}/${'x'.repeat(120)}.0000000000`, '{');
    await untilConfigured(world, [world.start(WEB)]);

    expect(status(world)).toMatch(/waiting for demo\.web x{60}…: the registration is not JSON$/);
  });

  test('that is near the limit has no room before any modest one', async () => {
    const world = new World();
    const large = Array.from({ length: 16 }, () => world.start(WEB, { fields: { notes: 'x'.repeat(63_000) } }));
    await until(() => world.registered(WEB).length === 16, 'the large are registered');
    const modest = world.start(WEB);
    await until(() => world.isConfigured(WEB, [...large.slice(0, 15), modest]), 'all but one are configured');
    await quiet();

    expect(status(world)).toMatch(
      /^\* 16 pods configured, waiting for demo.web #15: 17 pods registered 10\d{5} bytes, and 1000000 can be recorded/,
    );

    large[0]?.die();
    await until(() => world.isConfigured(WEB, [...large.slice(1), modest]), 'there is room again');
    expect(status(world)).toBe('');
  });
});

async function untilConfigured(world: World, pods: World['pods']): Promise<void> {
  await until(() => world.isConfigured(WEB, pods), `${pods.length} pods configured`);
  await quiet();
}

const status = (world: World): string | undefined => world.leaders(WEB)[0]?.coordinator.status;

/** A znode whose data breaks whoever reads it. */
async function* unforeseen(watched: AsyncIterable<Znode | undefined>): AsyncGenerator<Znode | undefined> {
  const data = {
    trim: () => 'data',
    get ip() {
      throw new TypeError('Cannot read properties of undefined');
    },
  };
  for await (const znode of watched) yield znode && { ...znode, data: data as never };
}
