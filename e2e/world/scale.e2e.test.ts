import process from 'node:process';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { collect } from '../support/stage.ts';

/** A health check that never succeeds: the deployment goes on and on. */
const NEVER_HEALTHY = {
  healthChecks: [{ protocol: 'HTTP', path: '/no/such/path', portIndex: 0, gracePeriodSeconds: 300 }],
};

describe('ocho scale', () => {
  let stage: FleetStage;
  /** The process of each task, by its pod. */
  const processes = async (): Promise<Record<string, number>> => {
    const { applications } = await stage.json('apps', 'demo.web');
    const { tasks } = await stage.json('sandbox', 'status');
    const pods = Object.values<{ tasks: Record<string, { pod: string }> }>(applications).flatMap((each) =>
      Object.entries(each.tasks),
    );
    const pidOf = (id: string) => tasks.find((task: { id: string; pid: number }) => task.id === id)?.pid;
    return Object.fromEntries(pods.map(([id, { pod }]) => [pod, pidOf(id)]));
  };

  beforeEach(async () => {
    stage = await FleetStage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('in all forms: exactly the right pods come and go, and the others are not restarted', async () => {
    const application = await stage.deploy('web', 3);
    const steps: readonly [string[], { delta: number; up?: number[]; down?: number[] }][] = [
      [['@5', '--strict'], { delta: 2, up: [3, 4] }],
      [['-1'], { delta: -1, down: [4] }],
      [['x0.5'], { delta: -2, down: [2, 3] }],
      [['+1', '--current', '2'], { delta: 1, up: [5] }],
      [['-1', '--fifo'], { delta: -1, down: [0] }],
      [['@2'], { delta: 0 }],
    ];
    let before = await processes();
    for (const [factor, { delta, up = [], down = [] }] of steps) {
      const { code, stdout, stderr } = await stage.ocho('scale', 'demo.web', '-f', ...factor, '-t', '30s', '-j');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(JSON.parse(stdout)['demo.web']).toMatchObject({ ok: true, delta, clusters: { 'demo.web': { up, down } } });
      const after = await processes();
      const gone = new Set(down.map((seq) => `demo.web #${seq}`));
      const stay = Object.entries(before).filter(([pod]) => !gone.has(pod));
      expect(after).toMatchObject(Object.fromEntries(stay));
      expect(Object.keys(after)).toHaveLength(stay.length + up.length);
      before = after;
    }
    expect((await stage.ocho('scale', 'demo.web', '-f', '+1', '--current', '3')).code).toBe(4);
    expect((await stage.ocho('scale', 'demo.web', '-f', '@0')).code).toBe(2);
    expect(await processes()).toEqual(before);

    expect((await stage.ocho('scale', 'demo.web', '-f', '@0', '--force')).code).toBe(0);
    expect(await processes()).toEqual({});
    expect(await stage.json('scale', 'demo.web', '-f', '@1')).toMatchObject({ 'demo.web': { ok: true, delta: 1 } });
    await stage.untilQuiet(application, 1);
  });

  test('of several applications that make up one cluster', async () => {
    const first = await stage.deploy('web', 2);
    const second = await stage.deploy('web', 1);
    const sizes = async () => {
      const { applications } = await stage.json('apps', 'demo.web');
      return [first, second].map((id) => applications[id].instances);
    };
    await stage.json('scale', 'demo.web', '-f', '@4');
    expect(await sizes()).toEqual([2, 2]);
    await stage.json('scale', 'demo.web', '-f', '@5', '-g', '0');
    expect(await sizes()).toEqual([3, 2]);
    const { 'demo.web': down } = await stage.json('scale', 'demo.web', '-f', '@2');
    expect(down).toMatchObject({ ok: true, delta: -3, clusters: { 'demo.web': { down: [2, 3, 4] } } });
    expect(await sizes()).toEqual([2, 0]);
  });

  test('touches nobody while a deployment has locked the application, and leaves whom it cannot reach', async () => {
    const application = await stage.deploy('web', 2);
    const before = await processes();
    const agent = await stage.agentOf('demo.web #1');
    process.kill(agent, 'SIGSTOP');
    const silent = await stage.ocho('scale', 'demo.web', '-f', '-1', '-t', '4s', '-j');
    process.kill(agent, 'SIGCONT');
    expect(JSON.parse(silent.stdout)).toMatchObject({
      'demo.web': { ok: false, delta: 0, failed: { 'demo.web #1': { code: 'TIMEOUT' } } },
    });
    expect([silent.code, await processes()]).toEqual([6, before]);

    await stage.api('PUT', `/v2/apps/${application}`, NEVER_HEALTHY);
    const locked = await stage.ocho('scale', 'demo.web', '-f', '@1', '-t', '3s', '-j');
    expect(locked.stderr).toMatch(/is locked by deployment \S+: waiting/);
    expect(JSON.parse(locked.stdout)['demo.web']).toMatchObject({
      ok: false,
      delta: 0,
      failed: { [application]: { code: 'CONFLICT', message: expect.stringMatching(/locked by deployment \S+/) } },
    });
    expect(locked.code).toBe(4);
  });

  test('interrupted says what goes on', async () => {
    const application = await stage.deploy('web', 1);
    const { tasks } = await stage.json('sandbox', 'status');
    expect(tasks).toHaveLength(1);
    // There is no other host for a second one: it waits, and so do we.
    await stage.api('PUT', `/v2/apps/${application}`, { constraints: [['hostname', 'MAX_PER', '1']] });
    await stage.untilQuiet(application, 1);
    const child = stage.start('scale', 'demo.web', '-f', '@2', '-j');
    const ran = collect(child);
    await eventually('it has asked for another', async () => {
      const { app } = await stage.api('GET', `/v2/apps/${application}`);
      return app.instances === 2;
    });
    child.kill('SIGINT');

    const { code, stdout } = await ran;
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(/deployment \S+ of \S+ goes on in the background/),
      hint: expect.stringContaining('ocho apps'),
    });
  });
});
