import { OchoError } from 'ochopod-core';
import { ManualClock } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { type Fleet, fleet, type NewApplication } from '../support/fleet.ts';
import { ocho, words } from '../support/ocho.ts';

/** Of the tasks of an image, one after the other. */
const THREE_AND_NO_MORE = ['runs', 'runs', 'runs', 'never starts'] as const;

const THREE: NewApplication = { id: 'web-2026-01-01-00-00-00', instances: 3 };

describe('scale', () => {
  let world: Fleet;

  beforeEach(async () => {
    world = await fleet([THREE]);
  });

  test('up asks for more, and tells which came', async () => {
    const { out, code } = await ocho(words('scale --marathon fake demo.web -f @5 -j'), world);

    expect(JSON.parse(out)).toEqual({
      'demo.web': { ok: true, delta: 2, clusters: { 'demo.web': { from: 3, to: 5, up: [3, 4], down: [] } } },
    });
    expect(world.told()).toEqual([`scale ${THREE.id} 5`]);
    expect(code).toBe(0);
  });

  test.each([
    ['-1', [2], ['remove task #2']],
    ['-f=-1', [2], ['remove task #2']],
    ['-1 --fifo', [0], ['remove task #0']],
    ['@1', [1, 2], ['remove task #2 task #1']],
    ['x0.5', [2], ['remove task #2']],
  ])('down by %s shuts pods down, and then removes exactly their tasks', async (factor, down, told) => {
    const flag = factor.startsWith('-f') ? factor : `-f ${factor}`;
    const { out, pods } = await ocho(words(`scale --marathon fake demo.web ${flag} -j`), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({ ok: true, delta: -down.length });
    expect(JSON.parse(out)['demo.web'].clusters['demo.web'].down).toEqual(down);
    expect(world.toldOfPods()).toEqual(told);
    expect(new Set(pods.asked)).toEqual(new Set(down.map((seq) => `kill demo.web #${seq}`)));
  });

  test('to the size that it has changes nothing, and is a success', async () => {
    const { out, code } = await ocho(words('scale --marathon fake demo.web -f @3 -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({ ok: true, delta: 0 });
    expect([world.told(), code]).toEqual([[], 0]);
  });

  test('says it in a table for people', async () => {
    expect((await ocho(words('scale --marathon fake demo.web -f +1'), world)).out).toBe('demo.web\t3 to 4\t#3\n');
    expect((await ocho(words('scale --marathon fake demo.web -f @4'), world)).out).toBe('demo.web\t4\n');
  });

  test('to nothing is refused without --force, and touches nobody', async () => {
    for (const factor of ['@0', '-3', '-7', 'x0']) {
      const { err, code, pods } = await ocho(words(`scale --marathon fake demo.web -f ${factor}`), world);
      expect([code, pods.asked, world.told()]).toEqual([2, [], []]);
      expect(err).toContain('--force');
    }
    const { out } = await ocho(words('scale --marathon fake demo.web -f @0 --force -j'), world);
    expect(JSON.parse(out)['demo.web']).toMatchObject({ ok: true, delta: -3 });
    expect(world.told()).toHaveLength(1);
  });

  test('with --current refuses when somebody else was faster', async () => {
    const { out, code } = await ocho(words('scale --marathon fake demo.web -f +1 --current 2 -j'), world);

    expect(JSON.parse(out)).toMatchObject({ error: { code: 'CONFLICT', details: { present: 3 } } });
    expect([code, world.told()]).toEqual([4, []]);
    expect((await ocho(words('scale --marathon fake demo.web -f +1 --current 3'), world)).code).toBe(0);
  });

  test('refuses what does not say how many', async () => {
    const { err, code } = await ocho(words('scale --marathon fake demo.web -f 5'), world);
    expect([err.includes('@5'), code]).toEqual([true, 2]);
  });

  test('a cluster that nobody runs is a failure beside those that are scaled', async () => {
    const { out, code } = await ocho(words('scale --marathon fake demo.web no.such -f +1 -j'), world);

    expect(JSON.parse(out)['no.such']).toMatchObject({
      ok: false,
      delta: 0,
      failed: { 'no.such': { code: 'NOT_FOUND' } },
    });
    expect([JSON.parse(out)['demo.web'].delta, code]).toEqual([1, 5]);
    expect((await ocho(words('scale --marathon fake no.such -f +1'), world)).code).toBe(3);
  });

  test('a pod that does not shut down keeps its task', async () => {
    world.change('demo.web #2', { habit: 'gone' });
    const { out, code } = await ocho(words('scale --marathon fake demo.web -f -2 -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({
      ok: false,
      delta: -1,
      clusters: { 'demo.web': { to: 2, down: [1] } },
      failed: { 'demo.web #2': { code: 'UNREACHABLE' } },
    });
    expect([world.toldOfPods(), code]).toEqual([['remove task #1'], 5]);
  });

  test('a size that somebody else changes meanwhile is refused', async () => {
    const { list } = world.scheduler;
    world.scheduler.list = async () => {
      const listed = await list();
      world.scheduler.list = list;
      await world.scheduler.scale(THREE.id, 5, { force: true, signal: new AbortController().signal });
      return listed;
    };
    const { code } = await ocho(words('scale --marathon fake demo.web -f @4'), world);

    expect(code).toBe(4);
    expect((await world.scheduler.get(THREE.id))?.instances).toBe(5);
  });

  test('a size that is there already is one of pods, too', async () => {
    world.change('demo.web #1', { info: { process: 'stopped' } });
    const { err, code } = await ocho(words('scale --marathon fake demo.web -f @3 --strict -t 5s'), world);

    expect(err).toContain('demo.web #1 its process is stopped');
    expect(code).toBe(6);
    expect(world.told()).toEqual([]);
  });

  describe('where one is dead', () => {
    beforeEach(() => {
      const [dead] = world.pods;
      world.change('demo.web #0', {
        habit: 'dead',
        ...(dead && { registration: { ...dead.registration, dead: 'true' } }),
      });
    });

    const scale = (line: string) => ocho(words(`scale --marathon fake demo.web ${line}`), world);

    test('it goes first, since nobody misses it', async () => {
      await scale('-f -1');

      expect(world.toldOfPods()).toEqual(['remove task #0']);
    });

    test('a size is one of pods: it is replaced', async () => {
      const { out, code } = await scale('-f @3 -j');

      expect(world.toldOfPods()).toEqual(['remove task #0', `scale ${THREE.id} 3`]);
      expect(JSON.parse(out)['demo.web']).toMatchObject({
        ok: true,
        clusters: { 'demo.web': { from: 3, to: 3, up: [3], down: [0] } },
      });
      expect(code).toBe(0);
    });

    test('what was taken away is told although nobody came in its place', async () => {
      world.scheduler.scale = async () => {
        throw new OchoError('somebody else has changed it', { code: 'CONFLICT' });
      };
      const { out, code } = await scale('-f @3 -j');

      expect(JSON.parse(out)['demo.web']).toMatchObject({
        ok: false,
        clusters: { 'demo.web': { from: 3, to: 2, up: [], down: [0] } },
        failed: { 'demo.web': { code: 'CONFLICT' } },
      });
      expect(code).toBe(4);
    });
  });

  test('Ctrl-C during the wait tells what goes on', async () => {
    world = await fleet([{ ...THREE, image: 'acme/web:slow' }], { 'acme/web:slow': THREE_AND_NO_MORE });
    const interrupted = new AbortController();
    const clock = new ManualClock();
    void clock.sleep(3000).then(() => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
    const { out, code } = await ocho(words('scale --marathon fake demo.web -f +1 -j'), world, {
      clock,
      signal: interrupted.signal,
    });

    expect(JSON.parse(out)).toMatchObject({
      error: {
        code: 'INTERRUPTED',
        message: expect.stringContaining('goes on'),
        hint: expect.stringContaining('ocho apps'),
      },
    });
    expect(code).toBe(130);
  });

  test('pods that do not come up in time are named, and what came stays', async () => {
    world = await fleet([{ ...THREE, image: 'acme/web:slow' }], { 'acme/web:slow': THREE_AND_NO_MORE });
    const { out, err, code } = await ocho(words('scale --marathon fake demo.web -f +1 -t 10s'), world);

    expect(out).toMatch(/^demo.web\t3 to 4\t\t\tTIMEOUT: demo.web: .* has not started/);
    expect([err.includes('1 of 1 failed'), code, world.told()]).toEqual([true, 6, [`scale ${THREE.id} 4`]]);
  });
});

describe('scale of a cluster that several applications make up', () => {
  const OLD: NewApplication = { id: 'web-2026-01-01-00-00-00', instances: 2 };
  const NEW: NewApplication = { id: 'web-2026-02-01-00-00-00', instances: 2 };

  test('up grows the one that was deployed last, or that of a pod', async () => {
    const newest = await fleet([NEW, OLD]);
    await ocho(words('scale --marathon fake demo.web -f @5'), newest);
    expect(newest.told()).toEqual([`scale ${NEW.id} 3`]);

    const chosen = await fleet([OLD, NEW]);
    await ocho(words('scale --marathon fake demo.web -f @5 -g 1'), chosen);
    expect(chosen.told()).toEqual([`scale ${OLD.id} 3`]);
    expect((await ocho(words('scale --marathon fake demo.web -f @9 -g 77'), chosen)).code).toBe(3);
  });

  test('down chooses among the pods of all of them', async () => {
    const world = await fleet([OLD, NEW]);
    const { out } = await ocho(words('scale --marathon fake demo.web -f @1 -j'), world);

    expect(JSON.parse(out)['demo.web']).toMatchObject({ delta: -3, clusters: { 'demo.web': { down: [1, 2, 3] } } });
    expect(world.toldOfPods()).toEqual(['remove task #1', 'remove task #3 task #2']);
  });
});

test('scale says what is half done when the scheduler could not be told', async () => {
  const world = await fleet([THREE], {}, { locked: [THREE.id] });
  const { out, code } = await ocho(words('scale --marathon fake demo.web -f -1 -j'), world);

  expect(JSON.parse(out)['demo.web']).toMatchObject({
    ok: false,
    delta: 0,
    failed: {
      [THREE.id]: {
        code: 'CONFLICT',
        message: expect.stringContaining('demo.web #2 shut down already'),
        hint: expect.stringContaining('again'),
      },
    },
  });
  expect(code).toBe(4);
  expect((await ocho(words('scale --marathon fake demo.web -f @0 --force'), world)).code).toBe(4);
  expect((await ocho(words('scale --marathon fake demo.web -f -1 --force-deployment'), world)).code).toBe(0);
});
