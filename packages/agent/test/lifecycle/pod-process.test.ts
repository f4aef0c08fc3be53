import { settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import type { Metrics, RunningProcess } from '../../src/script/pod-script.ts';
import { PodUnderTest, viewOf } from '../support/pod-under-test.ts';

describe('a process that ends', () => {
  test('with 0 has done its job: the pod finalizes and idles', async () => {
    const t = new PodUnderTest();
    await t.on();

    t.processes.last.exit(0);
    await settle();

    expect(t.pod.process).toBe('dead');
    expect(t.clock.pending).toBe(0);
  });

  test('in any other way is started again, later and later', async () => {
    const t = new PodUnderTest();
    await t.on();

    const waits: number[] = [];
    for (let crash = 1; crash <= 8; crash += 1) {
      t.processes.last.exit(3);
      await settle();
      expect(t.pod).toMatchObject({
        process: 'stopped',
        facts: { trouble: expect.stringMatching(/crash.*exited with code 3/) },
      });
      let waited = 0;
      for (; t.processes.started.length === crash; waited += 500) await t.clock.advance(500);
      waits.push(waited);
    }

    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(t.processes.last.request.command).toEqual(['serve']);
  });

  test('after it ran well for a while is started again soon', async () => {
    const t = new PodUnderTest();
    await t.on();
    t.processes.last.exit(3);
    await t.clock.advance(1000);
    await t.clock.advance(60_000);

    t.processes.last.exit(3);
    await t.clock.advance(1000);

    expect(t.processes.started).toHaveLength(3);
  });

  test('and cannot be started again is tried later', async () => {
    const t = new PodUnderTest();
    await t.on();
    t.processes.refuses = true;
    t.processes.last.exit(3);
    await t.clock.advance(1000);
    expect(t.pod.process).toBe('stopped');

    t.processes.refuses = false;
    await t.clock.advance(2000);

    expect(t.pod.process).toBe('running');
  });

  test('has what it left behind killed before it is started again', async () => {
    const t = new PodUnderTest({ process: { grace: 5 } });
    await t.on();
    const first = t.processes.last;
    first.hasLeftovers = true;

    first.exit(3);
    await t.clock.advance(10_000);

    expect(first.received).toEqual(['SIGTERM', 'SIGKILL']);
    expect(t.processes.started).toHaveLength(2);
  });

  test('is not started again once it was turned off', async () => {
    const t = new PodUnderTest();
    await t.on();
    t.processes.last.exit(3);
    await settle();

    await t.ask('off');
    expect(t.clock.pending).toBe(0);
    await t.clock.advance(600_000);

    expect(t.processes.started).toHaveLength(1);
    expect(t.clock.pending).toBe(0);
  });
});

describe('stopping', () => {
  test('shows that it is terminating, then kills what outlives its grace', async () => {
    const t = new PodUnderTest({ process: { grace: 10 } });
    t.processes.dieOf = undefined;
    await t.on();

    const off = t.ask('off');
    await t.clock.advance(9999);
    expect(t.pod.process).toBe('terminating');
    expect(t.processes.last.received).toEqual(['SIGTERM']);
    await t.clock.advance(100);
    await off;

    expect(t.processes.last.received).toEqual(['SIGTERM', 'SIGKILL']);
    expect(t.pod.process).toBe('stopped');
  });

  test('asks in the way that the author knows', async () => {
    const asked: RunningProcess[] = [];
    const t = new PodUnderTest({
      tearDown: (process) => {
        asked.push(process);
        process.kill('SIGINT');
      },
    });
    t.processes.dieOf = 'SIGINT';
    await t.on();

    await t.ask('off');

    expect(asked).toHaveLength(1);
    expect(t.processes.last.received).toEqual(['SIGINT']);
  });

  test('does not wait for a tear-down that hangs', async () => {
    const t = new PodUnderTest({ process: { grace: 5 }, tearDown: () => new Promise(() => {}) });
    await t.on();

    const off = t.ask('off');
    await t.clock.advance(5100);
    await off;

    expect(t.processes.last.received).toEqual(['SIGKILL']);
  });

  test('leaves the old process behind when soft, and tells its pid to the next', async () => {
    const previous: Array<number | undefined> = [];
    const t = new PodUnderTest({
      process: { soft: true, strict: true, grace: 0 },
      tearDown: () => {},
      configure: (_cluster, context) => {
        previous.push(context.previous?.pid);
        return { command: ['serve'] };
      },
    });
    await t.on();

    await t.on();

    expect(previous).toEqual([undefined, 1000]);
    expect(t.processes.started.map(({ received }) => received)).toEqual([[], []]);
    t.processes.started[0]?.exit(1);
    await settle();
    expect(t.pod.process).toBe('running');
  });
});

describe('sanity checks', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  test.each([true, 'fine', 7, null, [1], circular, { big: 1n }, { long: 'x'.repeat(70_000) }])(
    'takes %o for no metrics',
    async (returned) => {
      let checks = 0;
      const sanityCheck = () => {
        checks += 1;
        return checks === 1 ? { load: 1 } : (returned as unknown as Metrics);
      };
      const t = new PodUnderTest({ model: { checkEvery: 10 }, sanityCheck });
      await t.on();
      await t.clock.advance(25_000);

      expect(checks).toBe(2);
      expect(t.pod.metrics).toEqual({ load: 1 });
      expect(t.pod.process).toBe('running');
    },
  );

  test('fill the metrics', async () => {
    const t = new PodUnderTest({ model: { checkEvery: 10 }, sanityCheck: ({ pid }) => ({ pid }) });
    await t.on();

    await t.clock.advance(10_000);

    expect(t.pod.metrics).toEqual({ pid: 1000 });
  });

  test('start the process again after so many failures in a row, later and later', async () => {
    const verdicts = ['bad', 'good', 'bad', 'bad'];
    const t = new PodUnderTest({
      model: { checks: 2, checkEvery: 10 },
      sanityCheck: () => {
        if (verdicts.shift() !== 'good') throw new Error('no answer');
      },
    });
    await t.on();

    await t.clock.advance(30_000);
    expect(t.pod.process).toBe('running');
    await t.clock.advance(10_100);

    expect(t.pod).toMatchObject({ process: 'stopped', facts: { by: 'checks', failing: { count: 1, loop: false } } });
    expect(t.pod.facts.trouble).toMatch(/sanity checks.*no answer/);
    expect(t.pod.counters.sanityFailures).toBe(3);
    const waits: number[] = [];
    for (let failure = 1; failure <= 3; failure += 1) {
      let waited = 0;
      for (; t.processes.started.length === failure; waited += 500) await t.clock.advance(500);
      waits.push(waited);
      await t.clock.advance(20_100);
    }
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(t.pod.facts).toMatchObject({ restarts: 3, failing: { count: 4, loop: true } });
  });

  test('turn it off instead where the author says so; the pod stays', async () => {
    const t = new PodUnderTest({
      model: { checks: 2, checkEvery: 10, onUnhealthy: 'off' },
      sanityCheck: () => {
        throw new Error('no answer');
      },
    });
    await t.on();

    await t.clock.advance(20_100);

    expect(t.pod).toMatchObject({ process: 'stopped', facts: { by: 'checks', lastEnd: { how: 'stopped' } } });
    expect(t.pod.facts.trouble).toMatch(/turned off.*no answer/);
    expect(t.clock.pending).toBe(0);
    await t.ask('on');
    expect(t.pod).toMatchObject({ process: 'running', facts: { by: 'operator' } });
    expect(t.pod.facts.trouble).toBeUndefined();
  });

  test.each(['restart', 'off'] as const)(
    'hold no crash against the process that is started again (%s)',
    async (mode) => {
      const t = new PodUnderTest({
        model: { checks: 1, checkEvery: 10, onUnhealthy: mode },
        sanityCheck: () => ({ fine: true }),
      });
      await t.on();
      t.processes.last.exit(3);
      await t.clock.advance(120_000);

      expect(t.processes.started).toHaveLength(2);
      expect(t.pod).toMatchObject({ process: 'running', counters: { sanityFailures: 0, restarts: 1 } });
      expect(t.pod.facts.trouble).toBeUndefined();
    },
  );

  test('ask a process that was started again only once it had its time', async () => {
    const asked: number[] = [];
    const t = new PodUnderTest({
      model: { checkEvery: 10 },
      sanityCheck: ({ pid }) => void asked.push(pid),
    });
    await t.on();
    await t.clock.advance(9500);
    t.processes.last.exit(3);
    await t.clock.advance(10_500);
    expect(asked).toEqual([]);

    await t.clock.advance(500);

    expect(asked).toEqual([1001]);
  });

  test('leave no metrics behind once the process has ended', async () => {
    const t = new PodUnderTest({ model: { checkEvery: 10 }, sanityCheck: () => ({ load: 1 }) });
    await t.on();
    await t.clock.advance(10_000);
    expect(t.pod.metrics).toEqual({ load: 1 });

    t.processes.last.exit(3);
    await settle();
    expect(t.pod.metrics).toEqual({});
    await t.clock.advance(1000);

    expect(t.pod).toMatchObject({ process: 'running', metrics: {} });
  });

  test('count one that never comes back as failed, and hold nothing up meanwhile', async () => {
    const t = new PodUnderTest({
      model: { checks: 1, checkEvery: 10, onUnhealthy: 'off' },
      timeouts: { sanityCheck: 30 },
      sanityCheck: () => new Promise(() => {}),
    });
    await t.on();
    await t.clock.advance(11_000);

    await t.ask('check', viewOf());
    await t.clock.advance(30_000);

    expect(t.pod.process).toBe('stopped');
  });
});
