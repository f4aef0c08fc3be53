import { settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import type { RunningProcess } from '../../src/pod-script.ts';
import { PodUnderTest, patience, registrationOf, viewOf } from '../support/pod-under-test.ts';

describe('a leader that configures', () => {
  test('starts the process in the environment that the author and the agent made', async () => {
    const t = new PodUnderTest({ configure: ({ index }) => ({ command: ['serve'], env: { INDEX: index } }) });

    await t.on();

    const { command, env } = t.processes.last.request;
    expect(command).toEqual(['serve']);
    expect(env).toMatchObject({ PATH: '/bin', INDEX: '0' });
    expect(JSON.parse(env['ochopod'] ?? '')).toMatchObject({ cluster: 'web', seq: 0 });
    expect(t.pod).toMatchObject({ process: 'running', configured: true });
  });

  test('leaves a running process alone when no dependency changed', async () => {
    const t = new PodUnderTest();
    await t.on(viewOf({ db: { a: registrationOf(1) } }));

    await t.on(viewOf({ db: { a: registrationOf(1) } }));

    expect(t.processes.started).toHaveLength(1);
  });

  test('restarts it when a dependency changed', async () => {
    const t = new PodUnderTest();
    await t.on(viewOf({ db: { a: registrationOf(1) } }));

    await t.on(viewOf({ db: { a: registrationOf(2) } }));

    expect(t.processes.started.map(({ received }) => received)).toEqual([['SIGTERM'], []]);
  });

  test('restarts it every time when strict', async () => {
    const t = new PodUnderTest({ process: { strict: true } });
    await t.on();

    await t.on();

    expect(t.processes.started).toHaveLength(2);
  });

  test('is told why can_configure refuses', async () => {
    const t = new PodUnderTest({
      canConfigure: ({ size }) => {
        if (size < 3) throw new Error('three pods are needed');
      },
    });

    await expect(t.ask('check', viewOf())).rejects.toMatchObject({
      code: 'POD_REFUSED',
      message: expect.stringContaining('three pods are needed'),
    });
  });

  test('is told what configured threw', async () => {
    const t = new PodUnderTest({ configured: () => Promise.reject(new Error('no index')) });

    await expect(t.ask('ok', viewOf())).rejects.toMatchObject({ code: 'POD_FAILED' });
  });

  test('must send a view', async () => {
    const t = new PodUnderTest();

    await expect(t.ask('check')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(t.on({ pods: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(t.pod.process).toBe('stopped');
  });
});

describe('a configuration that fails', () => {
  test('is refused with the reason, and may be tried again', async () => {
    let tries = 0;
    const t = new PodUnderTest({
      configure: () => {
        tries += 1;
        if (tries === 1) throw new Error('no disk');
        return { command: ['serve'] };
      },
    });

    await expect(t.on()).rejects.toMatchObject({ code: 'POD_REFUSED', message: expect.stringContaining('no disk') });
    expect(t.pod).toMatchObject({ process: 'stopped', configured: false });
    await t.on();
    expect(t.pod).toMatchObject({ process: 'running', configured: true });
  });

  test('shuts the pod down after three in a row', async () => {
    const ended: string[] = [];
    const t = new PodUnderTest({
      configure: () => Promise.reject(new Error('no disk')),
      finalize: () => void ended.push('finalized'),
    });

    for (let tried = 0; tried < 3; tried += 1) {
      expect(t.pod.process).toBe('stopped');
      await expect(t.on()).rejects.toMatchObject({ code: 'POD_REFUSED' });
    }

    expect(t.pod.process).toBe('dead');
    expect(t.pod.dead.aborted).toBe(true);
    expect(ended).toEqual(['finalized']);
    await expect(t.on()).rejects.toMatchObject({ code: 'POD_DEAD' });
  });

  test('counts a program that cannot be started, too', async () => {
    const t = new PodUnderTest({ model: { configureAttempts: 2 } });
    t.processes.refuses = true;

    await expect(t.on()).rejects.toMatchObject({ code: 'POD_REFUSED', message: 'cannot start it' });
    await expect(t.on()).rejects.toMatchObject({ code: 'POD_REFUSED' });

    expect(t.pod.process).toBe('dead');
  });

  test('counts in a row only', async () => {
    let fails = true;
    const t = new PodUnderTest({
      model: { configureAttempts: 2 },
      process: { strict: true },
      configure: () => {
        if (fails) throw new Error('no disk');
        return { command: ['serve'] };
      },
    });

    await expect(t.on()).rejects.toThrow();
    fails = false;
    await t.on();
    fails = true;
    await expect(t.on()).rejects.toThrow();

    expect(t.pod.process).toBe('stopped');
  });

  test.each([
    ['nothing', undefined],
    ['a line without a shell', { command: 'serve all' }],
    ['no program', { command: [] }],
    ['an environment that is no text', { command: ['serve'], env: { A: { b: 1 } } }],
  ])('is one that returns %s', async (_case, command) => {
    const t = new PodUnderTest({ configure: () => command as never });

    await expect(t.on()).rejects.toMatchObject({ code: 'POD_REFUSED' });
    expect(t.processes.started).toEqual([]);
  });

  test('gives up on a configure that never comes back', async () => {
    const t = new PodUnderTest({ configure: () => new Promise(() => {}), timeouts: { configure: 5 } });

    const configured = t.on();
    const refusal = expect(configured).rejects.toMatchObject({
      code: 'POD_REFUSED',
      message: expect.stringContaining('configure() did not finish within 5 s'),
    });
    await t.clock.advance(5000);

    await refusal;
    expect(t.clock.pending).toBe(0);
  });

  test('shuts the pod down at once when initialize throws', async () => {
    const t = new PodUnderTest({ initialize: () => Promise.reject(new Error('no licence')) });

    await expect(t.on()).rejects.toMatchObject({
      code: 'POD_REFUSED',
      message: expect.stringContaining('no licence'),
    });
    expect(t.pod.process).toBe('dead');
  });

  test('initializes once only', async () => {
    let initialized = 0;
    const t = new PodUnderTest({ process: { strict: true }, initialize: () => void (initialized += 1) });

    await t.on();
    await t.on();

    expect(initialized).toBe(1);
  });
});

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
    const t = new PodUnderTest({ model: { checks: 100 } });
    await t.on();

    const waits: number[] = [];
    for (let crash = 1; crash <= 8; crash += 1) {
      t.processes.last.exit(3);
      await settle();
      expect(t.pod.process).toBe('stopped');
      let waited = 0;
      for (; t.processes.started.length === crash; waited += 500) await t.clock.advance(500);
      waits.push(waited);
    }

    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(t.processes.last.request.command).toEqual(['serve']);
  });

  test('after it ran well for a while is started again soon', async () => {
    const t = new PodUnderTest({ model: { checkEvery: 10_000 } });
    await t.on();
    t.processes.last.exit(3);
    await t.clock.advance(1000);
    await t.clock.advance(60_000);

    t.processes.last.exit(3);
    await t.clock.advance(1000);

    expect(t.processes.started).toHaveLength(3);
  });

  test('and cannot be started again is tried later', async () => {
    const t = new PodUnderTest({ model: { checkEvery: 10_000 } });
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
    const t = new PodUnderTest({ process: { grace: 5 }, model: { checkEvery: 10_000 } });
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
  test('fill the metrics', async () => {
    const t = new PodUnderTest({ model: { checkEvery: 10 }, sanityCheck: ({ pid }) => ({ pid }) });
    await t.on();

    await t.clock.advance(10_000);

    expect(t.pod.metrics).toEqual({ pid: 1000 });
  });

  test('turn the process off after so many failures in a row; the pod stays', async () => {
    const verdicts = ['bad', 'good', 'bad', 'bad'];
    const t = new PodUnderTest({
      model: { checks: 2, checkEvery: 10 },
      sanityCheck: () => {
        if (verdicts.shift() === 'bad') throw new Error('no answer');
      },
    });
    await t.on();

    await t.clock.advance(30_000);
    expect(t.pod.process).toBe('running');
    await t.clock.advance(10_100);

    expect(t.pod.process).toBe('stopped');
    expect(t.pod.counters.sanityFailures).toBe(3);
    expect(t.clock.pending).toBe(0);
    await t.ask('on');
    expect(t.pod.process).toBe('running');
  });

  test('fail after a crash, however well the process does by then', async () => {
    const t = new PodUnderTest({ model: { checks: 1, checkEvery: 10 }, sanityCheck: () => ({ fine: true }) });
    await t.on();
    t.processes.last.exit(3);
    await t.clock.advance(5000);
    expect(t.pod.process).toBe('running');

    await t.clock.advance(5100);

    expect(t.pod.process).toBe('stopped');
  });

  test('count one that never comes back as failed, and hold nothing up meanwhile', async () => {
    const t = new PodUnderTest({
      model: { checkEvery: 10 },
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
    const check = t.pod.perform({ task: 'check', payload: viewOf(), fence: 9n }, patience);

    await t.clock.advance(31_000);

    await Promise.all([off, verdict, check]);
    expect(t.processes.started).toHaveLength(1);
  });

  test('obeys those without a token, and any after it was told to forget', async () => {
    const t = new PodUnderTest();
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 9n }, patience);

    await t.ask('off');
    t.pod.forgetFence();
    await t.pod.perform({ task: 'on', payload: viewOf(), fence: 1n }, patience);

    expect(t.pod.process).toBe('running');
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
