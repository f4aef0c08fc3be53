import { PassThrough } from 'node:stream';
import { settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { PodUnderTest, patience, viewOf } from '../support/pod-under-test.ts';

const REFUSES = {
  configure: () => {
    throw new Error('no disk');
  },
  model: { configureAttempts: 1 },
};

describe('what is told of a process', () => {
  test('is since when, by whom, and how it ended last', async () => {
    const t = new PodUnderTest();
    expect(t.pod.facts).toEqual({ since: '2026-01-31T12:00:00.000Z', by: 'agent', restarts: 0 });

    await t.clock.advance(1000);
    await t.on();
    expect(t.pod.facts).toEqual({ since: '2026-01-31T12:00:01.000Z', by: 'leader', restarts: 0 });

    await t.clock.advance(1000);
    await t.ask('off');
    expect(t.pod.facts).toEqual({
      since: '2026-01-31T12:00:02.000Z',
      by: 'operator',
      restarts: 0,
      lastEnd: {
        how: 'stopped',
        why: 'was ended by SIGTERM',
        signal: 'SIGTERM',
        at: '2026-01-31T12:00:02.000Z',
        stdout: [],
        stderr: [],
      },
    });
  });

  test('is whose order a stop was', async () => {
    const t = new PodUnderTest();
    await t.on();
    await t.pod.perform({ task: 'off', fence: 7n }, patience);
    expect(t.pod.facts.by).toBe('leader');
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 7n }, patience);
    t.processes.dieOf = undefined;
    await t.ask('off');
    expect(t.pod.facts.by).toBe('operator');
  });

  test('is that it is being stopped, and since when', async () => {
    const t = new PodUnderTest({ process: { grace: 10 } });
    t.processes.dieOf = undefined;
    await t.on();
    await t.clock.advance(3000);

    const off = t.ask('off');
    await t.clock.advance(1000);
    expect(t.pod).toMatchObject({
      process: 'terminating',
      facts: { since: '2026-01-31T12:00:03.000Z', by: 'operator' },
    });
    await t.clock.advance(20_000);
    await off;
  });

  test.each([
    ['its process ended with 0', {}, (t: PodUnderTest) => t.processes.last.exit(0), 'done', 'exited with code 0'],
    ['it was told to', {}, (t: PodUnderTest) => void t.ask('kill'), 'killed', 'shut down by the operator'],
    ['its container ends', {}, (t: PodUnderTest) => void t.pod.shutDown(), 'killed', 'shut down by the agent'],
    ['it could not be configured', REFUSES, () => {}, 'gave up', 'configure() failed: no disk'],
  ])('is how it died: %s', async (...[, script, happens, how, why]) => {
    const t = new PodUnderTest(script);
    await t.on().catch(() => {});

    happens(t);
    await t.clock.advance(100);

    expect(t.pod.facts.died).toEqual({ how, why, at: expect.stringMatching(/^2026-01-31T12:00:00/) });
  });

  test('is that it could not be started', async () => {
    const t = new PodUnderTest();
    t.processes.refuses = true;

    await t.on().catch(() => {});

    expect(t.pod.facts).toMatchObject({
      by: 'configuration',
      trouble: 'cannot start it',
      lastEnd: { how: 'not started', why: 'cannot start it' },
    });
    expect(t.pod.facts.lastEnd).not.toHaveProperty('code');
  });
});

describe('the last lines of a process', () => {
  test('are told of the run that ended last, also while the next one runs; few, short, and without secrets', async () => {
    const t = new PodUnderTest();
    await t.on();
    const { request } = t.processes.last;
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    request.onOutput?.(stdout, 'stdout');
    request.onOutput?.(stderr, 'stderr');
    stdout.write(`${Array.from({ length: 15 }, (_none, at) => `line ${at}`).join('\n')}\n`);
    stderr.write(`DB_PASSWORD=hunter2\n${'x'.repeat(500)}\n`);
    await settle();

    t.processes.last.exit(3);
    await t.clock.advance(1000);

    expect(t.pod.process).toBe('running');
    const { lastEnd } = t.pod.facts;
    expect(lastEnd?.stdout).toEqual(Array.from({ length: 10 }, (_none, at) => `line ${at + 5}`));
    expect(lastEnd?.stderr.join('')).not.toContain('hunter2');
    expect(lastEnd?.stderr.at(-1)).toMatch(/^x{299}…$/);
  });
});

describe('a crash loop', () => {
  test('is told from the third crash in a row on, also while the process runs, with count, time and reason', async () => {
    const t = new PodUnderTest();
    await t.on();
    await crash(t, 2);
    expect(t.pod.facts).toMatchObject({ failing: { count: 2, loop: false } });
    expect(t.pod.facts.trouble).toBeUndefined();

    await crash(t, 1);

    expect(t.pod.process).toBe('running');
    expect(t.pod.facts).toMatchObject({
      restarts: 3,
      failing: { count: 3, since: '2026-01-31T12:00:00.000Z', loop: true },
      lastEnd: { how: 'crashed', code: 3, why: 'exited with code 3' },
      trouble: 'crash loop: 3 failures in a row since 2026-01-31T12:00:00.000Z, the last: exited with code 3',
    });
  });

  test('is over once the process has run well for a minute', async () => {
    const t = new PodUnderTest();
    await t.on();
    await crash(t, 5);
    await t.clock.advance(59_000);
    expect(t.pod.facts.failing?.loop).toBe(true);

    await t.clock.advance(1000);

    expect(t.pod.facts.failing).toBeUndefined();
    expect(t.pod.facts.trouble).toBeUndefined();
  });

  test('goes on when the leader configures the pod meanwhile, and is over when it was off', async () => {
    const t = new PodUnderTest();
    await t.on();
    await crash(t, 4);
    t.processes.last.exit(3);
    await settle();

    await t.on();
    expect(t.pod).toMatchObject({ process: 'running', facts: { failing: { count: 5 } } });
    await t.ask('off');
    expect(t.pod.facts.failing).toBeUndefined();
    await t.ask('on');

    expect(t.pod.facts.failing).toBeUndefined();
  });

  test('is not over for a process that was found unwell before a check finds it well', async () => {
    let isWell = false;
    const t = new PodUnderTest({
      model: { checks: 1, checkEvery: 50 },
      sanityCheck: () => {
        if (!isWell) throw new Error('no answer');
      },
    });
    await t.on();
    await t.clock.advance(50_000 + 1100 + 50_000 + 2100 + 50_000 + 4100);
    expect(t.pod).toMatchObject({ process: 'running', facts: { failing: { count: 3, loop: true } } });

    isWell = true;
    await t.clock.advance(60_000);
    expect(t.pod.facts.failing?.loop).toBe(true);
    await t.clock.advance(45_000);

    expect(t.pod.facts.failing).toBeUndefined();
  });

  /** The process crashes so many times at once, and is running again. */
  async function crash(t: PodUnderTest, times: number): Promise<void> {
    for (let crashes = 0; crashes < times; crashes += 1) {
      const before = t.processes.started.length;
      t.processes.last.exit(3);
      while (t.processes.started.length === before) await t.clock.advance(500);
      await settle();
    }
  }
});
