import { isOchoError, OchoError, type PodInfo } from 'ochopod-core';
import { ManualClock, settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { type AwaitedPods, awaitPods } from '../../src/applications/await-pods.ts';
import type { FleetWorkplace } from '../../src/applications/fleet.ts';
import { type Sighting, standingOf } from '../../src/applications/standing.ts';
import type { Application, Task } from '../../src/scheduler/index.ts';
import { type FakePod, FakePods, fakePod } from '../../src/testing/fake-pods.ts';
import 'ochopod-core/control-client';

const task = (id: string, more: Partial<Task> = {}): Task => ({
  ...{ id, host: 'node-1', state: 'running', healthy: undefined, version: 'v1', startedAt: undefined },
  ...more,
});

const application = (...tasks: readonly Task[]): Application => ({
  ...{ id: 'web-1', image: 'acme/web:1', instances: 2, env: {}, labels: {}, version: 'v1', tasks },
  ...{ changes: [], lastFailure: undefined },
});

function podOf(label: string, taskId: string, more: Partial<FakePod> = {}): FakePod {
  const pod = fakePod(label, more);
  return { ...pod, registration: { ...pod.registration, task: taskId } };
}

const EXPECTED = { application: 'web-1', count: 2, strict: false } as const;

/** What is seen when pods say this; a pod is `#n` of task `tn`. */
function seen(tasks: readonly Task[], processes: readonly (PodInfo['process'] | OchoError)[]): Sighting {
  const pods = processes.map((_process, at) => podOf(`demo.web #${at}`, `t${at}`));
  const answer = (process: PodInfo['process'] | OchoError) =>
    isOchoError(process) ? process : ({ process } as PodInfo);
  const answers = new Map(pods.map((pod, at) => [pod, answer(processes[at] ?? 'running')]));
  return { application: application(...tasks), pods, answers };
}

const TWO = [task('t0'), task('t1')];
const seqs = ({ up }: { readonly up: readonly { readonly seq: number }[] }) => up.map(({ seq }) => seq);

describe('how things stand', () => {
  test('those that are up are told in the order of seq, however the scheduler has them', () => {
    expect(seqs(standingOf(seen([...TWO].reverse(), ['running', 'running']), EXPECTED))).toEqual([0, 1]);
  });

  test('they are up when they are there; with strict, when their process runs', () => {
    const stopped = seen(TWO, ['running', 'stopped']);

    expect(standingOf(stopped, EXPECTED)).toMatchObject({ verdict: 'up', late: [] });
    expect(standingOf(stopped, { ...EXPECTED, strict: true })).toMatchObject({
      verdict: 'waiting',
      late: [{ name: 'demo.web #1', why: 'its process is stopped' }],
    });
  });

  test('one that the scheduler finds unwell is late, with strict', () => {
    const unwell = seen([task('t0'), task('t1', { healthy: false })], ['running', 'running']);

    expect(standingOf(unwell, EXPECTED).verdict).toBe('up');
    expect(standingOf(unwell, { ...EXPECTED, strict: true }).late).toMatchObject([{ name: 'demo.web #1' }]);
  });

  test('tasks of other versions do not count, nor those that end', () => {
    const tasks = [task('t0', { version: 'v0' }), task('t1', { state: 'ending' }), task('t2'), task('t3')];
    const all = seen(tasks, ['running', 'running', 'running', 'running']);

    expect(seqs(standingOf(all, { ...EXPECTED, version: 'v1' }))).toEqual([2, 3]);
    expect(seqs(standingOf(all, { ...EXPECTED, version: 'v1', versions: ['v0'] }))).toEqual([0, 2, 3]);
    expect(seqs(standingOf(all, EXPECTED))).toEqual([0, 2, 3]);
  });

  test('each that is missing has a name, and a reason', () => {
    const silent = new OchoError('demo.web #0 is late', { code: 'TIMEOUT' });
    const standing = standingOf(seen([task('t0'), task('t9', { state: 'starting' })], [silent]), {
      ...EXPECTED,
      count: 4,
    });

    expect(standing.late.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'demo.web #0: does not answer: demo.web #0 is late',
      't9: has not started',
      'web-1 (3 of 4): has not started',
      'web-1 (4 of 4): has not started',
    ]);
  });

  test('nothing is decided while others may still come, and one dead is enough once they have', () => {
    expect(standingOf(seen(TWO, ['dead']), EXPECTED)).toMatchObject({ verdict: 'waiting', dead: [{}], late: [{}] });
    expect(standingOf(seen(TWO, ['dead', 'running']), EXPECTED)).toMatchObject({ verdict: 'failed' });
  });

  test.each([
    { how: 'done', verdict: 'up' },
    { how: 'gave up', verdict: 'failed' },
    { how: 'killed', verdict: 'failed' },
  ] as const)('of one-shot pods, one that is dead ($how) makes it $verdict', ({ how, verdict }) => {
    const sighting = seen(TWO, ['dead', 'running']);
    const died = { how, why: 'no disk', at: '2026-01-31T12:00:00.000Z' };
    const answers = new Map([...sighting.answers].map(([pod, info]) => [pod, { ...info, died } as PodInfo]));

    const standing = standingOf({ ...sighting, answers }, { ...EXPECTED, oneShot: true });

    expect(standing.verdict).toBe(verdict);
    if (how === 'gave up') expect(standing.dead[0]?.why).toContain('no disk');
  });

  test.each([
    { wrote: 'done', verdict: 'up' },
    { wrote: 'gave up', verdict: 'failed' },
    { wrote: undefined, verdict: 'failed', why: 'unknown' },
    { wrote: 'of boredom', verdict: 'failed', why: 'unknown' },
  ])('of a dead pod that does not answer its registration tells: $wrote', ({ wrote, verdict, why = '' }) => {
    const sighting = seen(TWO, [new OchoError('nobody there', { code: 'UNREACHABLE' }), 'running']);
    const [first, second] = sighting.pods as [FakePod, FakePod];
    const registration = { ...first.registration, dead: 'true', ...(wrote !== undefined && { died: wrote }) };
    const dead = { ...first, registration };
    const answers = new Map([...sighting.answers].map(([pod, said]) => [pod === first ? dead : pod, said]));

    const standing = standingOf({ ...sighting, answers, pods: [dead, second] }, { ...EXPECTED, oneShot: true });

    expect(standing.verdict).toBe(verdict);
    if (verdict === 'failed') expect(standing.dead[0]?.why).toContain(why);
  });

  test('of a pod that does not say how it died nothing is guessed', () => {
    const standing = standingOf(seen(TWO, ['dead', 'running']), { ...EXPECTED, oneShot: true });

    expect(standing).toMatchObject({ verdict: 'failed', dead: [{ why: expect.stringContaining('unknown') }] });
  });

  test('a process that fails over and over is late with strict, also while it runs, and it is told why', () => {
    const sighting = seen(TWO, ['running', 'stopped']);
    const failing = { count: 4, since: '2026-01-31T12:00:00.000Z', loop: true };
    const trouble = 'crash loop: 4 failures in a row';
    const answers = new Map(
      [...sighting.answers].map(([pod, info]) => [pod, { ...info, failing, trouble } as PodInfo]),
    );

    expect(standingOf({ ...sighting, answers }, EXPECTED).verdict).toBe('up');
    expect(standingOf({ ...sighting, answers }, { ...EXPECTED, strict: true })).toMatchObject({
      verdict: 'waiting',
      late: [{ why: expect.stringContaining(trouble) }, { why: expect.stringContaining(trouble) }],
    });
  });

  test('an application that is gone has failed', () => {
    const gone = { ...seen([], []), application: undefined };

    expect(standingOf(gone, EXPECTED)).toMatchObject({ verdict: 'failed', late: [{ why: 'the application is gone' }] });
  });
});

describe('waiting for pods', () => {
  test('ends as soon as somebody tells that they are there', async () => {
    const { world, tell, wait } = stage();
    const waiting = wait({ until: 60_000 });
    await settle();
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1')];
    tell();

    expect(await waiting).toMatchObject({ outcome: 'up', late: [] });
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

  test('ends at its time with the last lines of who is late', async () => {
    const { world, clock, wait } = stage();
    const log = Array.from({ length: 30 }, (_none, at) => `line ${at}\n`);
    world.pods = [podOf('demo.web #0', 't0'), podOf('demo.web #1', 't1', { info: { process: 'stopped' }, log })];
    const waiting = wait({ strict: true, until: 5000 });
    await clock.advance(5000);

    const { outcome, late } = await waiting;
    expect(outcome).toBe('timeout');
    expect(late).toMatchObject([{ name: 'demo.web #1', lastLines: log.slice(10).map((line) => line.trimEnd()) }]);
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

    expect(await waiting).toMatchObject({ outcome: 'timeout', late: [{ name: 'demo.web #1', lastLines: [] }] });
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
}

/** One application with two tasks, and whatever pods the story puts there. */
function stage() {
  const clock = new ManualClock();
  const world: World = { pods: [], outage: undefined };
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
      get: async () => {
        if (world.outage !== undefined) throw world.outage;
        return application(...TWO);
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
