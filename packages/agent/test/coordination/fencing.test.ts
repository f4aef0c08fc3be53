import { OchoError } from 'ochopod-core';
import { expect, test } from 'vitest';

import { type FakePod, quiet, until, World } from './world.ts';

const WEB = 'demo.web';

test('a leader that was replaced without noticing can neither order nor record', async () => {
  const world = new World();
  const [ann, bob] = [world.start(WEB), world.start(WEB)];
  await until(() => world.isConfigured(WEB, [ann, bob]), 'configured');
  await quiet();

  // Ann is in the middle of a configuration, waiting for the new pod's check, when ZooKeeper gives up on her.
  let release = (): void => {};
  const cyd = world.start(WEB, { answers: { check: () => new Promise((resolve) => (release = () => resolve())) } });
  await until(() => world.requests.includes(`check ${WEB} #2`), 'cyd is asked');
  const old = world.orders.at(-1)?.fence as bigint;
  world.ensemble.expireSilently(ann.session as NonNullable<FakePod['session']>);
  cyd.answers = {};
  await until(() => world.isConfigured(WEB, [bob, cyd]), 'bob leads and has configured');
  const orders = world.orders.length;

  release();
  await until(() => world.isConfigured(WEB, [ann, bob, cyd]), 'ann is back, as a follower');

  expect(world.leaders(WEB)).toEqual([bob]);
  expect(world.orders.slice(orders).filter(({ fence }) => fence === old)).toEqual([]);
});

test('a leader that was replaced without noticing steps down when a pod that it asks again says so', async () => {
  const world = new World();
  const options = { configureAttempts: 1 };
  const [ann, bob] = [world.start(WEB, options), world.start(WEB, options)];
  await until(() => world.isConfigured(WEB, [ann, bob]), 'configured');
  const notYet = () => Promise.reject(new OchoError('not yet', { code: 'POD_REFUSED' }));
  world.start(WEB, { ...options, answers: { check: notYet } });
  await until(() => ann.coordinator.status.includes('waiting for'), 'cyd is set aside');
  await quiet();

  world.ensemble.expireSilently(ann.session as NonNullable<FakePod['session']>);
  await until(() => world.isConfigured(WEB, [bob]), 'bob leads and has configured');
  for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(20_000).then(quiet);

  expect(world.leaders(WEB)).toEqual([bob]);
  expect(world.isConfigured(WEB, [ann, bob])).toBe(true);
});

test('a leader that was replaced without noticing steps down when a pod that it configures says so', async () => {
  const world = new World();
  const notYet = () => Promise.reject(new OchoError('not yet', { code: 'POD_REFUSED' }));
  const [ann, bob] = [
    world.start(WEB, { answers: { check: notYet } }),
    world.start(WEB, { answers: { check: notYet } }),
  ];
  await until(() => ann.coordinator.status.includes('trying again'), 'ann will try again');
  await until(() => bob.seq !== undefined, 'bob is registered');
  await quiet();

  world.ensemble.expireSilently(ann.session as NonNullable<FakePod['session']>);
  for (const pod of [ann, bob]) pod.answers = {};
  await until(() => world.isConfigured(WEB, [bob]), 'bob leads and has configured');
  await world.clock.advance(300).then(quiet);

  expect(world.leaders(WEB)).toEqual([bob]);
  expect(world.isConfigured(WEB, [ann, bob])).toBe(true);
});

test('a pod that claims to know a newer leader, and there is none, costs nobody else', async () => {
  const world = new World();
  const ann = world.start(WEB);
  await until(() => world.isConfigured(WEB, [ann]), 'configured');
  await quiet();
  const refused = new OchoError('a newer leader is known', { code: 'FENCED' });
  const liar = world.start(WEB, { answers: { check: () => Promise.reject(refused) } });
  await until(() => liar.seq !== undefined, 'the liar is registered');
  await quiet();
  for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(2000).then(quiet);

  expect(world.leaders(WEB)).toEqual([ann]);
  expect(world.isConfigured(WEB, [ann])).toBe(true);
  expect(ann.coordinator.status).toBe(`* 1 pod configured, waiting for ${WEB} #1: a newer leader is known`);

  liar.answers = {};
  await world.clock.advance(20_000);
  await until(() => world.isConfigured(WEB, [ann, liar]), 'configured together once it tells the truth');
});
