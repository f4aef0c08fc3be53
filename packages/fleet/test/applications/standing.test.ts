import { isOchoError, OchoError, type PodInfo } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import type { Sighting } from '../../src/applications/judge-task.ts';
import { type Expectation, type Remembered, standingOf } from '../../src/applications/standing.ts';
import type { Task } from '../../src/scheduler/index.ts';
import type { FakePod } from '../../src/testing/fake-pods.ts';
import { application, EXPECTED, podOf, TWO, task } from './support.ts';

/** How it is at the first look. */
function standing(sighting: Sighting, expected: Expectation = EXPECTED, remembered: Partial<Remembered> = {}) {
  return standingOf(sighting, expected, { heldMs: new Map(), failures: 0, ...remembered });
}

/** What is seen when pods say this; a pod is `#n` of task `tn`. */
function seen(tasks: readonly Task[], processes: readonly (PodInfo['process'] | OchoError)[]): Sighting {
  const pods = processes.map((_process, at) => podOf(`demo.web #${at}`, `t${at}`));
  const answer = (process: PodInfo['process'] | OchoError) =>
    isOchoError(process) ? process : ({ process } as PodInfo);
  const answers = new Map(pods.map((pod, at) => [pod, answer(processes[at] ?? 'running')]));
  return { application: application(...tasks), pods, answers };
}

const seqs = ({ up }: { readonly up: readonly { readonly seq: number }[] }) => up.map(({ seq }) => seq);

describe('how things stand', () => {
  test('those that are up are told in the order of seq, however the scheduler has them', () => {
    expect(seqs(standing(seen([...TWO].reverse(), ['running', 'running']), EXPECTED))).toEqual([0, 1]);
  });

  test('they are up when they are there; with strict, when their process runs', () => {
    const stopped = seen(TWO, ['running', 'stopped']);

    expect(standing(stopped, EXPECTED)).toMatchObject({ verdict: 'up', missing: [] });
    expect(standing(stopped, { ...EXPECTED, strict: true })).toMatchObject({
      verdict: 'waiting',
      missing: [{ name: 'demo.web #1', because: 'late', why: 'its process is stopped' }],
    });
  });

  test.each([
    { healthy: false, why: 'fails the health checks of the scheduler' },
    { healthy: undefined, why: 'was not checked by the scheduler yet' },
  ])('one that the scheduler does not find well is late ($healthy)', ({ healthy, why }) => {
    const tasks = [task('t0', { healthy: true }), task('t1', { healthy })];
    const sighting = seen(tasks, ['running', 'running']);
    const checked = { ...sighting, application: { ...application(...tasks), isChecked: true } };

    expect(standing(checked)).toMatchObject({
      verdict: 'waiting',
      up: [{ seq: 0 }],
      missing: [{ because: 'late', why }],
    });
  });

  test('tasks of other versions do not count, nor those that end', () => {
    const tasks = [task('t0', { version: 'v0' }), task('t1', { state: 'ending' }), task('t2'), task('t3')];
    const all = seen(tasks, ['running', 'running', 'running', 'running']);

    expect(seqs(standing(all, { ...EXPECTED, version: 'v1' }))).toEqual([2, 3]);
    expect(seqs(standing(all, { ...EXPECTED, version: 'v1', versions: ['v0'] }))).toEqual([0, 2, 3]);
    expect(seqs(standing(all, EXPECTED))).toEqual([0, 2, 3]);
  });

  test('each that is missing has a name, and a reason', () => {
    const silent = new OchoError('demo.web #0 is late', { code: 'TIMEOUT' });
    const { missing } = standing(seen([task('t0'), task('t9', { state: 'starting' })], [silent]), {
      ...EXPECTED,
      count: 4,
    });

    expect(missing.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'demo.web #0: does not answer: demo.web #0 is late',
      't9: has not started',
      'web-1 (3 of 4): has not started',
      'web-1 (4 of 4): has not started',
    ]);
  });

  test('one dead is enough: those that may still come are too few', () => {
    expect(standing(seen(TWO, ['dead']))).toMatchObject({
      verdict: 'failed',
      missing: [{ because: 'dead' }, { because: 'late' }],
    });
    expect(standing(seen([...TWO, task('t2')], ['dead', 'running'])).verdict).toBe('waiting');
    expect(standing(seen([...TWO, task('t2')], ['dead', 'running', 'running'])).verdict).toBe('up');
  });

  test.each([
    { how: 'done', verdict: 'up' },
    { how: 'gave up', verdict: 'failed' },
    { how: 'killed', verdict: 'failed' },
  ] as const)('of one-shot pods, one that is dead ($how) makes it $verdict', ({ how, verdict }) => {
    const sighting = seen(TWO, ['dead', 'running']);
    const died = { how, why: 'no disk', at: '2026-01-31T12:00:00.000Z' };
    const answers = new Map([...sighting.answers].map(([pod, info]) => [pod, { ...info, died } as PodInfo]));

    const found = standing({ ...sighting, answers }, { ...EXPECTED, oneShot: true });

    expect(found.verdict).toBe(verdict);
    if (how === 'gave up') expect(found.missing[0]?.why).toContain('no disk');
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

    const found = standing({ ...sighting, answers, pods: [dead, second] }, { ...EXPECTED, oneShot: true });

    expect(found.verdict).toBe(verdict);
    if (verdict === 'failed') expect(found.missing[0]?.why).toContain(why);
  });

  test('of a pod that does not say how it died nothing is guessed', () => {
    const found = standing(seen(TWO, ['dead', 'running']), { ...EXPECTED, oneShot: true });

    expect(found).toMatchObject({ verdict: 'failed', missing: [{ why: expect.stringContaining('unknown') }] });
  });

  /** What is seen when the first pod says this besides. */
  function saying(info: Partial<PodInfo>): Sighting {
    const sighting = seen(TWO, ['running', 'running']);
    const [first] = sighting.pods;
    const answers = new Map(
      [...sighting.answers].map(([pod, said]) => [pod, pod === first ? { ...said, ...info } : said]),
    );
    return { ...sighting, answers: answers as Sighting['answers'] };
  }

  test('a crash loop fails, also while the process runs, with what it said last', () => {
    const failing = { count: 4, since: '2026-01-31T12:00:00.000Z', loop: true };
    const lastEnd = { how: 'crashed', why: 'exited with code 3', at: '', stdout: [], stderr: ['no port'] } as const;
    const found = standing(saying({ failing, lastEnd, trouble: 'crash loop: 4 failures in a row' }));

    expect(found).toMatchObject({ verdict: 'failed', up: [{ seq: 1 }] });
    expect(found.missing).toMatchObject([
      { because: 'failing', why: expect.stringContaining('crash loop: 4'), stderr: ['no port'] },
    ]);
  });

  test('a few failures are none', () => {
    const failing = { count: 2, since: '2026-01-31T12:00:00.000Z', loop: false };

    expect(standing(saying({ failing })).verdict).toBe('up');
  });

  test('whom an operator turns off for more than a moment does not come up with strict', () => {
    const off = saying({ process: 'stopped', by: 'operator' });
    const strict = { ...EXPECTED, strict: true };

    expect(standing(off).verdict).toBe('up');
    expect(standing(off, strict, { heldMs: new Map([['t0', 4999]]) }).verdict).toBe('waiting');
    expect(standing(off, strict, { heldMs: new Map([['t0', 5000]]) })).toMatchObject({
      verdict: 'failed',
      missing: [{ because: 'off', why: expect.stringContaining('operator') }],
    });
  });

  test('nor does one whose checks turned it off', () => {
    const off = saying({ process: 'stopped', by: 'checks', trouble: 'turned off after its checks failed' });

    expect(standing(off, { ...EXPECTED, strict: true })).toMatchObject({
      verdict: 'failed',
      missing: [{ because: 'failing', why: expect.stringContaining('its checks failed') }],
    });
  });

  test('those that are up count when they have been so for long enough', () => {
    const stable = { ...EXPECTED, stableMs: 5000 };
    const held = (...ms: number[]) => ({ heldMs: new Map(ms.map((each, at) => [`t${at}`, each])) });

    expect(standing(seen(TWO, ['running', 'running']), stable, held(5000, 4999))).toMatchObject({
      verdict: 'waiting',
      up: [{ seq: 0 }],
      missing: [{ because: 'settling', why: 'is up, and not yet for 5 s' }],
    });
    expect(standing(seen(TWO, ['running', 'running']), stable, held(5000, 5000)).verdict).toBe('up');
  });

  test('tasks that end again and again fail, with how the last one did', () => {
    const lastFailure = { task: 't8', version: 'v1', why: 'TASK_FAILED: Command exited with status 3' };
    const ending = { ...seen([task('t9')], []), application: { ...application(task('t9')), lastFailure } };

    expect(standing(ending, EXPECTED, { failures: 2 }).verdict).toBe('waiting');
    const found = standing(ending, EXPECTED, { failures: 3 });
    expect(found.verdict).toBe('failed');
    expect(found.missing.map(({ because }) => because)).toEqual(['failing', 'failing']);
    expect(found.missing[1]?.why).toBe(
      'has not started; 3 ended by themselves, the last: TASK_FAILED: Command exited with status 3',
    );
  });

  test('what finds no place fails when that stays so', () => {
    const unplaced = { why: 'InsufficientMemory (5 of the last offers)', forMs: 9999 };

    expect(standing(seen([task('t0')], ['running']), EXPECTED, { unplaced })).toMatchObject({
      verdict: 'waiting',
      missing: [{ why: expect.stringContaining('InsufficientMemory') }],
    });
    expect(
      standing(seen([task('t0')], ['running']), EXPECTED, { unplaced: { ...unplaced, forMs: 10_000 } }),
    ).toMatchObject({ verdict: 'failed', missing: [{ because: 'unplaced' }] });
  });

  test('the change must be over, and the last one', () => {
    const change = { ...EXPECTED, change: { version: 'v1' } };
    const underWay = {
      ...seen(TWO, ['running', 'running']),
      application: { ...application(...TWO), changes: ['d-1'] },
    };

    expect(standing(seen(TWO, ['running', 'running']), change).verdict).toBe('up');
    expect(standing(underWay, change)).toMatchObject({
      verdict: 'waiting',
      missing: [{ why: 'deployment d-1 goes on' }],
    });
    expect(standing(underWay, { ...change, change: { version: 'v0' } })).toMatchObject({
      verdict: 'failed',
      missing: [{ because: 'overtaken' }],
    });
  });

  test('an application that is gone has failed', () => {
    const gone = { ...seen([], []), application: undefined };

    expect(standing(gone, EXPECTED)).toMatchObject({
      verdict: 'failed',
      missing: [{ because: 'gone', why: 'the application is gone' }],
    });
  });
});
