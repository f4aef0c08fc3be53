import { settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { PodUnderTest, patience, viewOf } from '../support/pod-under-test.ts';

describe('an operator', () => {
  test('is told that a pod which was never configured cannot be on, and the pod lives on', async () => {
    const t = new PodUnderTest();

    await expect(t.ask('on')).rejects.toMatchObject({ code: 'POD_REFUSED' });
    expect(t.pod.process).toBe('stopped');
  });

  test('may ask for on twice', async () => {
    const t = new PodUnderTest();
    await t.on();

    await expect(t.ask('on')).resolves.toBeUndefined();

    expect(t.processes.started).toHaveLength(1);
  });

  test('brings it back after off, configured anew for the last view', async () => {
    const seen: string[] = [];
    const t = new PodUnderTest({
      configure: ({ dependencies }) => {
        seen.push(Object.keys(dependencies).join());
        return { command: ['serve'] };
      },
    });
    await t.on(viewOf({ db: {} }));
    await t.ask('off');
    expect(t.pod.process).toBe('stopped');

    await t.ask('on');

    expect(t.pod.process).toBe('running');
    expect(seen).toEqual(['db', 'db']);
  });

  test('starts a pod that does not start on its own', async () => {
    const t = new PodUnderTest({}, { startsOnItsOwn: false });
    await t.on();
    await t.on();
    expect(t.pod).toMatchObject({ process: 'stopped', configured: true });

    await t.ask('on');
    expect(t.pod.process).toBe('running');

    await t.on(viewOf({ db: {} }));
    expect(t.processes.started).toHaveLength(2);
  });

  test.each([
    [
      'is too long',
      { long: 'x'.repeat(70_000) },
      /^signaled\(\) failed: it has 70011 characters as JSON, more than 65536$/,
    ],
    ['is no JSON', { big: 1n }, /^signaled\(\) failed: .*BigInt/],
  ])('says so when what the author answers a signal %s', async (_what, answer, message) => {
    const t = new PodUnderTest({ signaled: () => answer });
    await t.on();

    await expect(t.ask('signal')).rejects.toMatchObject({
      code: 'POD_FAILED',
      message: expect.stringMatching(message),
    });
  });

  test('signals the author, and hears back', async () => {
    const t = new PodUnderTest({ signaled: (payload, process) => ({ payload, pid: process?.pid }) });
    await t.on();

    await expect(t.ask('signal', { rotate: true })).resolves.toEqual({ payload: { rotate: true }, pid: 1000 });
  });

  test('kills: process gone, finalized, dead', async () => {
    const t = new PodUnderTest({ finalize: () => void t.lines.push('finalized') });
    await t.on();

    await t.ask('kill');

    expect(t.processes.last.received).toEqual(['SIGTERM']);
    expect(t.lines).toContain('finalized');
    expect(t.pod).toMatchObject({ process: 'dead', configured: false });
    await expect(t.ask('kill')).rejects.toMatchObject({ code: 'POD_DEAD' });
  });
});

describe('requests', () => {
  test('wait for those before them', async () => {
    const done: string[] = [];
    let configured: () => void = () => {};
    const t = new PodUnderTest({
      configure: async () => {
        await new Promise<void>((resolve) => {
          configured = resolve;
        });
        return { command: ['serve'] };
      },
    });

    const on = t.on().then(() => done.push('on'));
    const off = t.ask('off').then(() => done.push('off'));
    await settle();
    configured();
    await Promise.all([on, off]);

    expect(done).toEqual(['on', 'off']);
    expect(t.pod.process).toBe('stopped');
  });

  test('that are called off while they wait are never carried out', async () => {
    const t = new PodUnderTest({ process: { grace: 30 } });
    t.processes.dieOf = undefined;
    await t.on();
    const off = t.ask('off');
    const calledOff = new AbortController();
    const on = t.on(viewOf(), calledOff.signal);

    calledOff.abort(new Error('out of time'));
    await expect(on).rejects.toThrow('out of time');
    await t.clock.advance(31_000);
    await off;
    await settle();

    expect(t.processes.started).toHaveLength(1);
  });

  test('that are called off while configuring start nothing', async () => {
    let configured: () => void = () => {};
    const signals: AbortSignal[] = [];
    const t = new PodUnderTest({
      configure: async (_cluster, { signal }) => {
        signals.push(signal);
        await new Promise<void>((resolve) => {
          configured = resolve;
        });
        return { command: ['serve'] };
      },
    });
    const calledOff = new AbortController();
    const on = t.on(viewOf(), calledOff.signal);
    await settle();

    calledOff.abort(new Error('out of time'));
    await expect(on).rejects.toThrow('out of time');
    configured();
    await settle();

    expect(signals[0]?.aborted).toBe(true);
    expect(t.processes.started).toEqual([]);
    expect(t.pod.process).toBe('stopped');
  });

  test('finish a stop that has begun even when called off', async () => {
    const t = new PodUnderTest({ process: { grace: 30 } });
    t.processes.dieOf = undefined;
    await t.on();
    const calledOff = new AbortController();
    const off = t.ask('off', undefined, calledOff.signal);
    await settle();

    calledOff.abort(new Error('out of time'));
    await expect(off).rejects.toThrow('out of time');
    await t.clock.advance(31_000);

    expect(t.processes.last.received).toEqual(['SIGTERM', 'SIGKILL']);
    expect(t.pod.process).toBe('stopped');
  });
});

describe('fencing', () => {
  test('refuses the orders of a leader that was replaced', async () => {
    const t = new PodUnderTest();
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 9n }, patience);

    await expect(t.pod.perform({ task: 'off', fence: 8n }, patience)).rejects.toMatchObject({ code: 'FENCED' });
    expect(t.pod.process).toBe('running');
  });

  test('refuses them also when they came first and had to wait', async () => {
    const t = new PodUnderTest({ process: { grace: 30 } });
    t.processes.dieOf = undefined;
    await t.on();
    const off = t.ask('off');
    const old = t.pod.perform({ task: 'on', payload: viewOf(), fence: 8n }, patience);
    const verdict = expect(old).rejects.toMatchObject({ code: 'FENCED' });
    const newer = t.pod.perform({ task: 'off', fence: 9n }, patience);

    await t.clock.advance(31_000);

    await Promise.all([off, verdict, newer]);
    expect(t.processes.started).toHaveLength(1);
  });

  test('takes a leader for replaced by a check that was passed, not by one that was refused', async () => {
    let passes = false;
    const t = new PodUnderTest({
      canConfigure: () => {
        if (!passes) throw new Error('not now');
      },
    });
    const check = () => t.pod.perform({ task: 'check', payload: viewOf(), fence: 9n }, patience);
    const order = () => t.pod.perform({ task: 'on', payload: viewOf(), fence: 8n }, patience);

    await expect(check()).rejects.toMatchObject({ code: 'POD_REFUSED' });
    await expect(t.pod.perform({ task: 'check', payload: {}, fence: 9n }, patience)).rejects.toThrow('cluster view');
    await order();
    passes = true;
    await check();

    await expect(order()).rejects.toMatchObject({ code: 'FENCED' });
  });

  test('takes a registration with the number of the fence itself for a new history', async () => {
    const t = new PodUnderTest();
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 9n }, patience);

    t.pod.forgetFenceAfter(9n);
    await t.pod.perform({ task: 'off', fence: 1n }, patience);

    expect(t.pod.process).toBe('stopped');
  });

  test('obeys those without a token, and any once the numbers have begun anew', async () => {
    const t = new PodUnderTest();
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 9n }, patience);

    await t.ask('off');
    t.pod.forgetFenceAfter(5n);
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 1n }, patience);

    expect(t.pod.process).toBe('running');
  });

  test('stays wary when it registers anew in the same history', async () => {
    const t = new PodUnderTest();
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 9n }, patience);

    t.pod.forgetFenceAfter(12n);

    await expect(t.pod.perform({ task: 'off', fence: 8n }, patience)).rejects.toMatchObject({ code: 'FENCED' });
  });
});

describe('shutting down', () => {
  test('overtakes what waits and calls off what runs', async () => {
    const t = new PodUnderTest({
      configure: () => new Promise(() => {}),
      finalize: () => void t.lines.push('finalized'),
    });
    const outcomes = Promise.allSettled([t.on(), t.ask('off'), t.on()]);
    await settle();

    await t.pod.shutDown();

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(t.lines.filter((line) => line === 'finalized')).toHaveLength(1);
    expect(t.pod.process).toBe('dead');
    expect(t.clock.pending).toBe(0);
  });

  test('tears the process down, also when asked twice', async () => {
    const t = new PodUnderTest();
    await t.on();

    await Promise.all([t.pod.shutDown(), t.pod.shutDown()]);

    expect(t.processes.last.received).toEqual(['SIGTERM']);
  });

  test('ends although finalize hangs', async () => {
    const t = new PodUnderTest({ finalize: () => new Promise(() => {}), timeouts: { finalize: 3 } });

    const ended = t.pod.shutDown();
    await t.clock.advance(3000);

    await expect(ended).resolves.toBeUndefined();
  });
});
