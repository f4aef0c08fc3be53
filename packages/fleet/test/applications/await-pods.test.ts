import { OchoError } from 'ochopod-core';
import { ManualClock, settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { type AwaitedPods, awaitPods } from '../../src/applications/await-pods.ts';
import type { FleetWorkplace } from '../../src/applications/fleet.ts';
import type { TaskFailure } from '../../src/scheduler/index.ts';
import { type FakePod, FakePods } from '../../src/testing/fake-pods.ts';
import { application, EXPECTED, podOf, TWO } from './support.ts';
import 'ochopod-core/control-client';

describe('waiting for pods', () => {
  test('ends as soon as somebody tells that they are there', async () => {
    const { world, tell, wait } = stage();
    const waiting = wait({ until: 60_000 });
    await settle();
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1')];
    tell();

    expect(await waiting).toMatchObject({ outcome: 'up', missing: [] });
  });

  test('looks every two seconds besides', async () => {
    const { world, clock, wait } = stage();
    const waiting = wait({ until: 60_000 });
    await settle();
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1')];
    await clock.advance(2000);

    expect(await waiting).toMatchObject({ outcome: 'up' });
    expect(clock.pending).toBe(0);
  });

  test('ends when they have stayed up for long enough, and begins anew with each that was started again', async () => {
    const { world, clock, wait } = stage();
    const pods = (restarts: number) => [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1', { info: { restarts } })];
    world.pods = pods(0);
    let outcome: string | undefined;
    const waiting = wait({ until: 60_000, stableMs: 5000 }).then((ended) => {
      outcome = ended.outcome;
    });
    await clock.advance(4000);
    world.pods = pods(1);
    await clock.advance(5000);
    expect(outcome).toBeUndefined();
    await clock.advance(1000);

    await waiting;
    expect(outcome).toBe('up');
    expect(clock.now()).toBe(10_000);
  });

  test('fails after three tasks that ended by themselves, wherever the time limit is', async () => {
    const { world, clock, wait } = stage();
    const waiting = wait({ until: 600_000 });
    for (const ended of ['x0', 'x1', 'x2', 'x3']) {
      world.lastFailure = { task: ended, version: 'v1', why: `TASK_FAILED: ${ended}` };
      await clock.advance(2000);
    }

    expect(await waiting).toMatchObject({ outcome: 'failed', missing: [{ because: 'failing' }, {}] });
  });

  test('ends at its time with the last lines of who is late', async () => {
    const { world, clock, wait } = stage();
    const log = Array.from({ length: 30 }, (_none, at) => `line ${at}\n`);
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1', { info: { process: 'stopped' }, log })];
    const waiting = wait({ strict: true, until: 5000 });
    await clock.advance(5000);

    const { outcome, missing } = await waiting;
    expect(outcome).toBe('timeout');
    expect(missing).toMatchObject([{ name: 'demo.web #1', lastLines: log.slice(10).map((line) => line.trimEnd()) }]);
  });

  test('gives the last look time enough, although the time is over', async () => {
    const { world, clock, pods, wait } = stage();
    world.pods = [podOf('demo.web #0', 't0')];
    const given: number[] = [];
    const { info } = pods;
    pods.info = (pod, options) => {
      given.push(options.timeoutMs);
      return info(pod, options);
    };
    const waiting = wait({ until: 3000 });
    await clock.advance(4000);

    expect(await waiting).toMatchObject({ outcome: 'timeout', up: [{ seq: 0 }] });
    expect(given).toEqual([3000, 1000, 1000]);
  });

  test('counts a pod as late that never answers', async () => {
    const { world, clock, wait } = stage();
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1', { habit: 'silent' })];
    const waiting = wait({ until: 3000 });
    await clock.advance(6000);

    expect(await waiting).toMatchObject({ outcome: 'timeout', missing: [{ name: 'demo.web #1', lastLines: [] }] });
  });

  test('goes on when the scheduler cannot be reached for a while', async () => {
    const { world, clock, wait } = stage();
    world.outage = new OchoError('no Marathon answers', { code: 'UNREACHABLE' });
    const waiting = wait({ until: 60_000 });
    await clock.advance(4000);
    world.outage = undefined;
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1')];
    await clock.advance(2000);

    expect(await waiting).toMatchObject({ outcome: 'up' });
  });

  test('fails when it cannot be reached to the end', async () => {
    const { world, clock, wait } = stage();
    world.outage = new OchoError('no Marathon answers', { code: 'UNREACHABLE' });
    const waiting = wait({ until: 5000 });
    const failed = expect(waiting).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await clock.advance(6000);

    await failed;
  });

  test('does not wait where it is not let in', async () => {
    const { world, wait } = stage();
    world.outage = new OchoError('who are you?', { code: 'DENIED' });

    await expect(wait({ until: 60_000 })).rejects.toMatchObject({ code: 'DENIED' });
  });

  test('ends when it is interrupted, and leaves no timer behind', async () => {
    const { clock, interrupt, wait } = stage();
    const waiting = wait({ until: 60_000 });
    const ended = expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await settle();
    interrupt();

    await ended;
    await settle();
    expect(clock.pending).toBe(0);
  });
});

interface World {
  pods: readonly FakePod[];
  outage: OchoError | undefined;
  lastFailure: TaskFailure | undefined;
}

/** One application with two tasks, and whatever pods the story puts there. */
function stage() {
  const clock = new ManualClock();
  const world: World = { pods: [], outage: undefined, lastFailure: undefined };
  const interrupted = new AbortController();
  let listener = () => {};
  const pods = new FakePods(clock);
  const workplace = {
    clock,
    signal: interrupted.signal,
    pods,
    progress: { watch: () => {} },
    registry: {
      listPods: async () => ({ pods: world.pods, problems: [], clusters: [] }),
      whoLeads: async () => ({ is: 'nobody' }) as const,
      watch: (_cluster: unknown, onChange: () => void) => {
        listener = onChange;
      },
    },
    scheduler: {
      watch: () => {},
      whyUnplaced: async () => undefined,
      get: async () => {
        if (world.outage !== undefined) throw world.outage;
        return { ...application(...TWO), lastFailure: world.lastFailure };
      },
    },
  } as unknown as FleetWorkplace;
  const wait = (more: Partial<AwaitedPods> & Pick<AwaitedPods, 'until'>) =>
    awaitPods(workplace, { ...EXPECTED, cluster: { namespace: 'demo', cluster: 'web' }, ...more });
  return {
    ...{ world, clock, pods, wait, tell: () => listener() },
    interrupt: () => interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' })),
  };
}
