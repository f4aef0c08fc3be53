import { podsPath } from 'ochopod-core/registry';
import { describe, expect, test } from 'vitest';

import { quiet, until, World } from './world.ts';

const WEB = 'demo.web';

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
    const parent = podsPath({ namespace: 'demo', cluster: 'web' });
    const ticket = { parent, prefix: 'junk.', data: registration };
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
