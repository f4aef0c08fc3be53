import { describe, expect, test } from 'vitest';

import { PodUnderTest, registrationOf, viewOf } from '../support/pod-under-test.ts';

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

  test('needs no view for what its script does not do with one, and checks one that it is sent', async () => {
    const t = new PodUnderTest();

    await expect(t.ask('check')).resolves.toBeUndefined();
    await expect(t.ask('ok')).resolves.toBeUndefined();
    await expect(t.ask('check', { pods: {} })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('never decides without the view that its script wants', async () => {
    const t = new PodUnderTest({ canConfigure: () => {}, configured: () => {} });

    await expect(t.ask('check')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(t.ask('ok')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('is told what configured threw', async () => {
    const t = new PodUnderTest({ configured: () => Promise.reject(new Error('no index')) });

    await expect(t.ask('ok', viewOf())).rejects.toMatchObject({ code: 'POD_FAILED' });
  });

  test('must send a view', async () => {
    const t = new PodUnderTest();

    await expect(t.ask('check', {})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
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
    ['an empty program', { command: ['', 'x'] }],
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
    const t = new PodUnderTest({
      process: { strict: true },
      initialize: () => {
        initialized += 1;
      },
    });

    await t.on();
    await t.on();

    expect(initialized).toBe(1);
  });
});
