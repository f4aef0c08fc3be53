import type { ChildProcess } from 'node:child_process';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { isAlive } from '../support/sandbox-stage.ts';
import { collect, Stage } from '../support/stage.ts';

/** Each ends a program that does not hear it. */
const ENDING = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2', 'SIGALRM'] as const;
/** What says that Node's debugger listens. */
const DEBUGGER = /inspector|debugger/i;

describe('a signal to an agent', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test.each(ENDING)('%s asks its process to stop, deregisters it, and ends it with 0; again as well', async (name) => {
    const pod = stage.start({ script: 'e2e/pods/told.js', settings: { command: SLOW } });
    await stage.untilRunning('demo.web', 1);
    await eventually('its process hears signals', () => pod.output.includes('ready'));
    const { pid = 0 } = pod;
    pod.signal(name);
    await eventually('it was told', () => pod.output.includes(`told to stop signal=${name}`));
    // Well before a session would run out, and while the process takes its time.
    expect((await stage.json('ls', 'demo.web'))['demo.web']?.total ?? 0).toBe(0);
    pod.signal(name);
    pod.signal('SIGTERM');

    expect(await pod.exited).toBe(0);
    expect(pod.output).toContain('asked to stop');
    expect(await isAlive(pid)).toBe(false);
  });

  test('SIGUSR1 opens no debugger and stops nothing', async () => {
    const pod = stage.start({ script: 'e2e/pods/told.js' });
    pod.signal('SIGCONT'); // of no meaning to anybody
    await stage.untilRunning('demo.web', 1);
    pod.signal('SIGUSR1');
    await stage.untilRunning('demo.web', 1);

    expect(pod.output).not.toMatch(DEBUGGER);
  });

  test('that the script wants handed on reaches the process, and stops nothing', async () => {
    const pod = stage.start({
      script: 'e2e/pods/told.js',
      settings: { command: HEARS, forward: ['SIGHUP', 'SIGUSR1', 'SIGWINCH'] },
    });
    await eventually('its process hears signals', () => pod.output.includes('ready'));
    for (const name of ['SIGHUP', 'SIGUSR1', 'SIGWINCH'] as const) {
      pod.signal(name);
      await eventually(`${name} arrives`, () => pod.output.includes(`heard ${name}`));
    }

    expect(pod.output).not.toMatch(/told to stop|debugger/i);
  });
});

describe('a signal to ocho', () => {
  let stage: FleetStage;

  beforeEach(async () => {
    stage = await FleetStage.open({
      images: { 'acme/told:*': 'e2e/pods/told.js', 'acme/plain:*': 'e2e/pods/plain.js' },
    });
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('that waits for pods says what goes on in the background', async () => {
    stage.write('late.yml', 'cluster: late\nimage: acme/told:1\nsettings: {hangsFrom: 0}\n');
    for (const name of ENDING) {
      const deploy = stage.start('deploy', 'late.yml', '-n', 'demo', '--strict', '-s', name.toLowerCase(), '-t', '60s');
      const ended = collect(deploy);
      await eventually('the application is there', async () =>
        JSON.stringify(await stage.api('GET', '/v2/apps')).includes(`late-${name.toLowerCase()}`),
      );
      deploy.kill(name);

      expect(await ended).toMatchObject({ code: 130, stderr: expect.stringMatching(/goes on|background/) });
    }
  });

  test('that replaces pods ends it, and leaves both applications for whoever goes on', async () => {
    await stage.deploy('plain', 1);
    for (const name of ENDING) {
      const bump = stage.start('bump', 'demo.plain', '--image', 'acme/told:2', '-t', '60s', '--strict');
      const ended = collect(bump);
      await eventually('it is under way', async () => (await stage.api('GET', '/v2/apps')).apps.length === 2);
      bump.kill(name);

      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain(name === 'SIGINT' ? 'interrupted: ' : `told to end by ${name}: `);
      // Also when the answer of the scheduler was still on its way.
      expect(stderr).toMatch(/demo\.plain has 1 of 1 pods of acme\/told:2 now|whether the scheduler accepted/);
      expect(stderr).toMatch(/`ocho bump demo\.plain --continue` goes on, --abort goes back/);
      expect((await stage.api('GET', '/v2/apps')).apps).toHaveLength(2);
      expect((await stage.ocho('bump', 'demo.plain', '--abort', '-t', '60s')).code).toBe(0);
    }
  });

  test('that follows logs ends it, and SIGUSR1 opens nothing', async () => {
    await stage.deploy('plain', 1);
    for (const name of ENDING) {
      const log = stage.start('log', '-f', 'demo.plain');
      const ended = collect(log);
      await printsSomething(log);
      log.kill('SIGUSR1');
      log.kill(name);

      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).not.toMatch(DEBUGGER);
    }
  });

  test('whose reader stands still ends it all the same', async () => {
    await stage.deploy('plain', 1);
    const log = stage.start('log', '-f', '-l', 'demo.plain');
    await printsSomething(log);
    log.stdout?.pause();
    log.kill('SIGINT');

    expect(await new Promise((resolve) => log.once('exit', resolve))).toBe(130);
  });
});

/** Takes a second to stop. */
const SLOW = `trap 'echo asked to stop; sleep 1; exit 0' TERM; echo ready; while :; do sleep 0.1; done`;
/** Says what it hears. */
const HEARS = `${['HUP', 'USR1', 'WINCH'].map((name) => `trap 'echo heard SIG${name}' ${name}`).join('; ')}; echo ready; while :; do sleep 0.1; done`;

function printsSomething({ stdout }: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => stdout?.once('data', resolve));
}
