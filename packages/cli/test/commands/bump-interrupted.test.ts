import { OchoError } from 'ochopod-core';
import { ManualClock } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { type Fleet, fleet } from '../support/fleet.ts';
import { ocho, type RunOptions, words } from '../support/ocho.ts';

const OLD = 'ochopod.demo.web-2026-01-01-00-00-00';
/** What the fake wall clock makes of it. */
const NEW = 'ochopod.demo.web-1970-01-01-00-00-00';
const FATES = { 'acme/web:slow': 'never starts' } as const;

const three = () => fleet([{ id: OLD, instances: 3 }], FATES);
const run = (line: string, world: Fleet, options?: RunOptions) =>
  ocho(words(`bump --marathon fake demo.web ${line}`), world, options);
const goOn = async (world: Fleet) => JSON.parse((await run('--continue -j', world)).out)['demo.web'];

describe('a bump that is told to end', () => {
  const STOPPED = { code: 'INTERRUPTED' } as const;

  /** Tell it so at the moment at which it writes this to stderr. */
  async function toldAt(moment: string, line: string, world: Fleet) {
    const told = new AbortController();
    const onWrite = (text: string) => {
      if (text.includes(moment)) told.abort(new OchoError('told to end by SIGTERM', STOPPED));
    };
    const { out, code } = await run(`${line} -j`, world, { signal: told.signal, onWrite });
    return { ...JSON.parse(out).error, exit: code };
  }

  /** Tell it so while the scheduler is asked for the change that begins so. */
  async function toldDuring(change: string, line: string) {
    const told = new AbortController();
    const onTold = (what: string) => {
      if (!what.startsWith(change)) return;
      told.abort(new OchoError('told to end by SIGTERM', STOPPED));
      throw told.signal.reason;
    };
    const world = await fleet([{ id: OLD, instances: 3 }], FATES, { onTold });
    const { out } = await run(`${line} -j`, world, { signal: told.signal });
    return { error: JSON.parse(out).error, world };
  }

  test('before it waited for the first time says what goes on, and how to go on', async () => {
    const world = await three();
    expect(await toldAt('are started, as', '-v 2', world)).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(
        /^told to end by SIGTERM: demo.web has 1 of 3 pods of acme\/web:2 now, and 3 as before; deployment \S+ of \S+ goes on in the background$/,
      ),
      hint: expect.stringContaining('`ocho bump demo.web --continue` goes on, --abort goes back'),
      details: { application: NEW, changes: [expect.any(String)] },
      exit: 130,
    });
    expect(await goOn(world)).toMatchObject({ ok: true });
  });

  test('between two batches says how far it is, and how to go on', async () => {
    const interrupted = new AbortController();
    const clock = new ManualClock();
    void clock.sleep(80_000).then(() => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })));
    const world = await three();
    const { out, code } = await run('-v 2 --pause 1m -j', world, { clock, signal: interrupted.signal });

    expect(JSON.parse(out).error).toMatchObject({
      code: 'INTERRUPTED',
      message: 'interrupted: demo.web has 2 of 3 pods of acme/web:2 now, and 1 as before',
      hint: expect.stringContaining('ocho bump demo.web --continue'),
    });
    expect(code).toBe(130);
    expect(await goOn(world)).toMatchObject({ ok: true, up: [3, 4, 5] });
  });

  test.each([
    [`create ${NEW}`, /whether the scheduler accepted a change of \S+1970\S+ is not known/],
    ['remove', /has 1 of 3 pods of acme\/web:2 now, and 3 as before; whether .* #2 shut down already/],
    [`scale ${NEW} 2`, /has 1 of 3 pods of acme\/web:2 now, and 2 as before; whether .*1970/],
    [`delete ${OLD}`, /has 3 of 3 pods of acme\/web:2 now, and 0 as before; whether .*2026/],
  ])('while the scheduler is asked to %s says what is not known, and how to go on', async (change, message) => {
    const { error, world } = await toldDuring(change, '-v 2 --batch 1');
    expect(error).toMatchObject({ code: 'INTERRUPTED', message: expect.stringMatching(message) });
    expect(error.hint).toContain('ocho bump demo.web --continue');
    expect(world.told().at(-1)).toContain(change);
  });

  test('before anything was changed has nothing to say', async () => {
    const told = AbortSignal.abort(new OchoError('told to end by SIGTERM', STOPPED));
    const world = await three();
    const { out } = await run('-v 2 -j', world, { signal: told });
    expect(JSON.parse(out).error).toMatchObject({ message: 'told to end by SIGTERM' });
    expect(world.told()).toEqual([]);
  });

  test('on the way back says so, and how to end that', async () => {
    const world = await three();
    expect(await toldAt('going back', '-v slow -t 20s --rollback-on-failure', world)).toMatchObject({
      message: expect.stringContaining(
        'demo.web has 1 of 3 pods of acme/web:slow now (0 up when last looked at), and 3 as before',
      ),
      hint: expect.stringContaining('--abort'),
    });
    expect((await toldDuring(`delete ${NEW}`, '-v slow -t 20s --rollback-on-failure')).error).toMatchObject({
      message: expect.stringContaining('and 3 as before; whether the scheduler accepted a change of'),
      hint: expect.stringContaining('--abort'),
    });
  });

  test('while everything is replaced at once names the deployment that goes on', async () => {
    expect(await toldAt('brings acme/web:2', '-v 2 --all-at-once', await three())).toMatchObject({
      message: expect.stringMatching(new RegExp(`^told to end by SIGTERM: deployment \\S+ of ${OLD} goes on in the`)),
      hint: expect.stringContaining('ocho apps'),
    });
  });

  test('says what was done before', async () => {
    const [first, second] = [OLD, 'ochopod.demo.web-2026-02-01-00-00-00'];
    const world = await fleet([
      { id: first, instances: 1 },
      { id: second, instances: 1 },
    ]);
    expect(await toldAt('-01-00-00-01', '-v 2', world)).toMatchObject({
      message: expect.stringContaining(`${first} before it: replaced`),
    });
  });
});
