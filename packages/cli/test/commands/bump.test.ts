import { ManualClock } from 'ochopod-core/testing';
import type { Fate } from 'ochopod-fleet/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { type Fleet, fleet } from '../support/fleet.ts';
import { ocho, type RunOptions, words } from '../support/ocho.ts';

const OLD = 'ochopod.demo.web-2026-01-01-00-00-00';
/** What the fake wall clock makes of it. */
const NEW = 'ochopod.demo.web-1970-01-01-00-00-00';
const FATES: Readonly<Record<string, Fate>> = {
  'acme/web:dies': 'dies',
  'acme/web:slow': 'never starts',
  'acme/web:waits': 'stays stopped',
};

const SHUT_DOWN = { how: 'killed', why: 'it was shut down', at: '2026-01-31T12:00:00.000Z' } as const;

const three = (more: object = {}) => fleet([{ id: OLD, instances: 3, ...more }], FATES);
const run = (line: string, world: Fleet, options?: RunOptions) =>
  ocho(words(`bump --marathon fake demo.web ${line}`), world, options);
const json = async (line: string, world: Fleet) => {
  const { out, code } = await run(`${line} -j`, world);
  return { ...JSON.parse(out)['demo.web'], code, error: JSON.parse(out).error };
};
const running = async (world: Fleet) =>
  (await world.scheduler.list()).map(({ id, image, instances }) => `${id} ${image} ${instances}`);

describe('a bump that rolls', () => {
  let world: Fleet;

  beforeEach(async () => {
    world = await three();
  });

  test('starts new pods first, and takes an old one away for each', async () => {
    expect(await json('-v 2 --batch 1', world)).toEqual({
      ok: true,
      up: [3, 4, 5],
      applications: { [OLD]: { done: 'replaced', image: 'acme/web:2', application: NEW } },
      code: 0,
    });
    expect(world.toldOfPods()).toEqual([
      ...[`create ${NEW}`, 'remove task #2'],
      ...[`scale ${NEW} 2`, 'remove task #1'],
      ...[`scale ${NEW} 3`, 'remove task #0'],
      `delete ${OLD}`,
    ]);
    expect(await running(world)).toEqual([`${NEW} acme/web:2 3`]);
  });

  test('shuts old pods down through their agents', async () => {
    const { pods } = await run('-v 2 --batch 100%', world);
    const killed = pods.asked.filter((asked) => asked.startsWith('kill'));
    expect(new Set(killed)).toEqual(new Set(['kill demo.web #0', 'kill demo.web #1', 'kill demo.web #2']));
  });

  test.each([
    ['1', 3],
    ['2', 2],
    ['67%', 2],
    ['100%', 1],
  ])('takes %s at a time', async (batch, rounds) => {
    await run(`-v 2 --batch ${batch}`, world);
    expect(world.toldOfPods().filter((line) => line.startsWith('remove'))).toHaveLength(rounds);
  });

  test('says it in a table, and on stderr how far it is', async () => {
    const { out, err } = await run('-v 2', world);
    expect(out).toBe(`demo.web\t${NEW}\tacme/web:2\treplaced\t#3 #4 #5\n`);
    expect(err).toContain(`demo.web: 1 of 3 pods of acme/web:2 are started, as ${NEW}\n`);
    expect(err).toContain('demo.web: 1 of 3 pods of acme/web:2 are up, 2 are left to replace\n');
  });

  test('to the image that runs changes nothing, and is a success', async () => {
    expect(await json('-v 1', world)).toMatchObject({ ok: true, up: [0, 1, 2], code: 0 });
    expect(await json('--image acme/web:1', world)).toMatchObject({ ok: true, up: [0, 1, 2] });
    expect(world.told()).toEqual([]);
  });

  test('stops at the first batch that does not come up, and leaves everything', async () => {
    expect(await json('-v dies', world)).toMatchObject({
      ok: false,
      up: [],
      applications: { [OLD]: { done: 'stopped' } },
      late: { 'demo.web #3': { why: expect.stringContaining('dead'), log: ['one', 'two', 'three'] } },
      failed: { 'demo.web': { code: 'POD_DEAD', message: expect.stringContaining('demo.web #3') } },
      code: 4,
    });
    expect(world.told()).toEqual([`create ${NEW}`]);
    const { err } = await run('-v dies', world);
    expect(err).toContain('the end of the log of demo.web #3:\n  one\n');
    expect(err).toContain('`ocho bump demo.web --continue` goes on');
  });

  test('stops when the time is up', async () => {
    expect(await json('-v slow -t 20s', world)).toMatchObject({
      ok: false,
      failed: { 'demo.web': { code: 'TIMEOUT' } },
      code: 6,
    });
    expect(await running(world)).toEqual([`${NEW} acme/web:slow 1`, `${OLD} acme/web:1 3`]);
  });

  test('with --rollback-on-failure has what was there before', async () => {
    for (const tag of ['dies', 'slow']) {
      expect(await json(`-v ${tag} -t 20s --rollback-on-failure`, world)).toMatchObject({
        ok: false,
        applications: { [OLD]: { done: 'restored', application: OLD } },
      });
      expect(await running(world)).toEqual([`${OLD} acme/web:1 3`]);
    }
  });

  test('waits for pods that do not start by themselves only until they have registered', async () => {
    const held = await three({ env: { ochopod_start: 'false' }, image: 'acme/web:waits' });
    expect(await json('--image acme/web:waits@sha256:0123456789abcdef0123456789abcdef', held)).toMatchObject({
      ok: true,
    });
    expect(await json('-v waits -t 10s', await three())).toMatchObject({ ok: false, code: 6 });
  });

  test('an old pod that does not shut down stops it, and keeps its task', async () => {
    world.change('demo.web #2', { habit: 'gone' });
    expect(await json('-v 2', world)).toMatchObject({
      ok: false,
      failed: { 'demo.web #2': { code: 'UNREACHABLE' } },
      code: 7,
    });
    world.change('demo.web #2', { habit: 'obeys' });
    expect(await json('--continue', world)).toMatchObject({ ok: true });
    expect(await running(world)).toEqual([`${NEW} acme/web:2 3`]);
  });

  test('an old pod that was broken before does not keep it from its end', async () => {
    world.change('demo.web #1', { habit: 'dead' });
    expect(await json('-v 2', world)).toMatchObject({ ok: true, up: [3, 4, 5] });
    expect(world.toldOfPods()[1]).toBe('remove task #1');
  });

  test('pauses between batches, not before the first', async () => {
    const clock = new ManualClock();
    await run('-v 2 --batch 2 --pause 1m', world, { clock });
    expect(clock.now()).toBeGreaterThan(60_000);
    expect(clock.now()).toBeLessThan(120_000);
  });
});

describe('a canary', () => {
  let world: Fleet;

  beforeEach(async () => {
    world = await three();
    expect(await json('-v 2 --canary 1', world)).toMatchObject({
      ok: true,
      up: [3],
      applications: { [OLD]: { done: 'canary', application: NEW } },
      code: 0,
    });
  });

  test('runs beside all the others, and is not made twice', async () => {
    expect(await json('-v 2 --canary 1', world)).toMatchObject({ ok: true, up: [3] });
    expect(await running(world)).toEqual([`${NEW} acme/web:2 1`, `${OLD} acme/web:1 3`]);
  });

  test.each(['--continue', '-v 2'])('is followed by the others with %s', async (line) => {
    expect(await json(line, world)).toMatchObject({ ok: true, up: [3, 4, 5] });
    expect(await running(world)).toEqual([`${NEW} acme/web:2 3`]);
  });

  test.each(['--continue', '-v 2'])(
    'is followed by the others where an old one is shut down already: %s',
    async (line) => {
      // Whoever went on was ended before its task was gone.
      world.change('demo.web #2', { habit: 'dead', info: { died: SHUT_DOWN } });

      expect(await json(line, world)).toMatchObject({ ok: true, up: [3, 4, 5], code: 0 });
      expect(await running(world)).toEqual([`${NEW} acme/web:2 3`]);
    },
  );

  test('goes with --abort', async () => {
    expect(await json('--abort', world)).toMatchObject({
      ok: true,
      up: [0, 1, 2],
      applications: { [OLD]: { done: 'aborted' } },
    });
    expect(await running(world)).toEqual([`${OLD} acme/web:1 3`]);
    expect(world.told().at(-1)).toBe(`delete ${NEW}`);
    expect((await run('--abort', world)).code).toBe(3);
  });

  test('forbids another image, a change in place, and another size until it has ended', async () => {
    for (const line of ['-v 3', '-v 2 --all-at-once', '-v 1']) {
      expect(await json(line, world)).toMatchObject({ error: { code: 'CONFLICT' }, code: 4 });
    }
    expect((await ocho(words('scale --marathon fake demo.web -f @9'), world)).code).toBe(4);
    expect(await running(world)).toEqual([`${NEW} acme/web:2 1`, `${OLD} acme/web:1 3`]);
  });
});

describe('going back', () => {
  test('from the middle has all the old pods run again before the new ones go', async () => {
    const world = await three();
    world.change('demo.web #1', { habit: 'refuses' });
    expect(await json('-v 2', world)).toMatchObject({ ok: false });
    expect(await running(world)).toEqual([`${NEW} acme/web:2 2`, `${OLD} acme/web:1 2`]);

    expect(await json('--abort', world)).toMatchObject({ ok: true, up: [0, 1, 5] });
    expect(world.told().slice(-2)).toEqual([`scale ${OLD} 3`, `delete ${NEW}`]);
  });

  test('and not to the end of it leaves new pods dead, for which --continue starts others', async () => {
    const world = await three();
    await run('-v 2 --canary 1', world);
    // Whoever went back was ended when the new pods were down, and their application was not gone yet.
    world.change('demo.web #3', { habit: 'dead', info: { died: SHUT_DOWN } });

    expect(await json('--continue', world)).toMatchObject({ ok: true, up: [4, 5, 6], code: 0 });
    expect(await running(world)).toEqual([`${NEW} acme/web:2 3`]);
  });

  test('is nothing that can be done when nothing was begun', async () => {
    const world = await three();
    for (const line of ['--abort', '--continue']) {
      expect(await json(line, world)).toMatchObject({ error: { code: 'NOT_FOUND' }, code: 3 });
    }
  });
});

describe('a bump all at once', () => {
  test('leaves it to the scheduler to replace the pods, in place', async () => {
    const world = await three();
    expect(await json('-v 2 --all-at-once', world)).toMatchObject({
      ok: true,
      up: [3, 4, 5],
      applications: { [OLD]: { done: 'replaced', application: OLD } },
    });
    expect(world.told()).toEqual([`image ${OLD} acme/web:2`]);
  });

  test('counts stopped pods unless it is strict', async () => {
    expect((await run('-v waits --all-at-once', await three())).code).toBe(0);
    expect((await run('-v waits --all-at-once --strict -t 10s', await three())).code).toBe(6);
  });

  test('with --rollback-on-failure has the version before again', async () => {
    const world = await three();
    expect(await json('-v dies --all-at-once --rollback-on-failure', world)).toMatchObject({
      ok: false,
      up: [],
      applications: { [OLD]: { done: 'restored', image: 'acme/web:dies' } },
      code: 4,
    });
    expect(await running(world)).toEqual([`${OLD} acme/web:1 3`]);
  });

  test('is how an application without pods is bumped', async () => {
    const world = await three({ instances: 0 });
    expect(await json('-v 2', world)).toMatchObject({ ok: true, up: [] });
    expect(await running(world)).toEqual([`${OLD} acme/web:2 0`]);
  });
});

test.each([
  ['localhost:5000/a/b', '-v 2', 'localhost:5000/a/b:2'],
  ['localhost:5000/a/b:1', '-v 2', 'localhost:5000/a/b:2'],
  ['a@sha256:0123456789abcdef0123456789abcdef', '-v 2', 'a:2'],
  [
    'a:1',
    '--image host:5000/a/b@sha256:0123456789abcdef0123456789abcdef',
    'host:5000/a/b@sha256:0123456789abcdef0123456789abcdef',
  ],
])('%s bumped by %s is %s', async (image, line, bumped) => {
  const world = await three({ image });
  expect(await json(line, world)).toMatchObject({ ok: true });
  expect(await running(world)).toEqual([`${NEW} ${bumped} 3`]);
});

test.each([
  '',
  '-v 1 --image a',
  '-v a/b',
  '--image A:1',
  '-v 2 --batch 0',
  '-v 2 --canary 0',
  '--abort --pause 1s',
  '-v 2 --all-at-once --batch 1',
])('refuses "%s", and touches nobody', async (line) => {
  const world = await three();
  expect((await run(line, world)).code).toBe(2);
  expect(world.told()).toEqual([]);
});

test('after an application that failed no other is begun', async () => {
  const later = 'ochopod.demo.web-2026-02-01-00-00-00';
  const world = await fleet(
    [
      { id: OLD, instances: 1 },
      { id: later, instances: 1 },
    ],
    FATES,
  );
  const { applications, code, failed } = await json('-v dies', world);
  expect(applications).toMatchObject({ [OLD]: { done: 'stopped' }, [later]: { done: 'not attempted' } });
  expect([Object.keys(failed), code]).toEqual([['demo.web', later], 4]);
});

test('what the scheduler refuses is told, and nothing is said to be half done', async () => {
  const world = await fleet([{ id: OLD, instances: 1 }], {}, { locked: [NEW] });
  expect(await json('-v 2', world)).toMatchObject({
    ok: false,
    applications: { [OLD]: { done: 'not attempted', application: OLD } },
    code: 4,
  });
});
