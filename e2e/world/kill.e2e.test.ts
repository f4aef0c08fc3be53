import process from 'node:process';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { collect } from '../support/stage.ts';

/** A new version of it whose tasks never become healthy: its deployment goes on and on. */
const NEVER_HEALTHY = {
  healthChecks: [{ protocol: 'HTTP', path: '/no/such/path', portIndex: 0, gracePeriodSeconds: 300 }],
};

describe('ocho kill, with a scheduler', () => {
  let stage: FleetStage;

  beforeEach(async () => {
    stage = await FleetStage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('of some takes exactly their tasks, of the rest the application', async () => {
    const application = await stage.deploy('web', 3);
    const { tasks: before } = (await stage.json('apps', 'demo.web')).applications[application];
    const spared = Object.entries<{ pod: string }>(before).filter(([, { pod }]) => pod === 'demo.web #1');
    const some = await stage.ocho('kill', 'demo.web', '-i', '0', '2', '-j');

    expect(some).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(some.stdout)).toMatchObject({
      'demo.web': { ok: true, down: [0, 2], applications: { [application]: { deleted: false, left: 1 } } },
    });
    const { tasks: after, ...left } = (await stage.json('apps', 'demo.web')).applications[application];
    expect(left).toMatchObject({ instances: 1, tasksRunning: 1, deployments: [] });
    expect(after).toEqual(Object.fromEntries(spared));

    expect(await stage.ocho('kill', 'demo.web', '--force')).toMatchObject({
      ...{ code: 0, stderr: '', stdout: `demo.web #1\tdown\n${application}\tdeleted\n` },
    });
    expect(await stage.api('GET', '/v2/apps')).toMatchObject({ apps: [] });
    await eventually('nobody is registered', async () => Object.keys(await stage.json('ls')).length === 0);
    expect((await stage.json('sandbox', 'status')).tasks).toEqual([]);
  });

  test('leaves a pod that does not answer, and ends its task when told so', async () => {
    const application = await stage.deploy('web', 2);
    const agent = await stage.agentOf('demo.web #0');
    process.kill(agent, 'SIGSTOP');
    const { code, stdout } = await stage.ocho('kill', 'demo.web', '--force', '-t', '24s', '-j');

    expect(code).toBe(5);
    expect(JSON.parse(stdout)['demo.web']).toMatchObject({
      ...{ ok: false, down: [1], applications: { [application]: { deleted: false, left: 1 } } },
      failed: { 'demo.web #0': { code: 'TIMEOUT', hint: expect.stringContaining('--unreachable') } },
    });
    await stage.untilQuiet(application, 1);
    expect(await stage.ocho('kill', 'demo.web', '--force', '--unreachable', '-t', '24s')).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(new RegExp(`${application}\\tdeleted\\n$`)) },
    });
  });

  test('touches nobody when Marathon is down, and finds the one that is up', async () => {
    await stage.deploy('web', 1);
    const down = await stage.ocho('kill', 'demo.web', '--force', '--marathon', '127.0.0.1:1', '-j');

    expect(down.code).toBe(7);
    expect(JSON.parse(down.stdout)).toMatchObject({ error: { code: 'UNREACHABLE' } });
    expect(await stage.json('ls')).toMatchObject({ 'demo.web': { total: 1, running: 1 } });
    const masters = `127.0.0.1:1,${stage.marathon}`;
    expect((await stage.ocho('kill', 'demo.web', '--force', '--marathon', masters)).code).toBe(0);
  });

  test('says what is half-done when a deployment stays in the way, and finishes it later', async () => {
    const application = await stage.deploy('web', 1);
    const { deploymentId } = await stage.api('PUT', `/v2/apps/${application}`, NEVER_HEALTHY);
    const { code, stdout, stderr } = await stage.ocho('kill', 'demo.web', '-i', '0', '-t', '5s', '-j');

    expect(code).toBe(5);
    expect(stderr).toContain(`${application} is locked by deployment ${deploymentId}`);
    expect(JSON.parse(stdout)['demo.web']).toMatchObject({
      ...{ ok: false, down: [0] },
      failed: { [application]: { code: 'CONFLICT', message: expect.stringContaining('its pods are dead') } },
    });
    expect((await stage.json('apps', 'demo.web')).applications[application].deployments).toEqual([deploymentId]);
    expect(await stage.json('kill', 'demo.web', '--force', '--force-deployment')).toMatchObject({
      'demo.web': { ok: true, applications: { [application]: { deleted: true } } },
    });
  });

  test('interrupted says what became of it, and the same command again finishes it', async () => {
    const application = await stage.deploy('web', 1);
    const agent = await stage.agentOf('demo.web #0');
    process.kill(agent, 'SIGSTOP');
    const killing = stage.start('kill', 'demo.web', '--force', '-j');
    const ran = collect(killing);
    await eventually('it is on its way', async () => {
      const { sessions } = await stage.json('sandbox', 'status');
      return sessions.length > 1;
    });
    killing.kill('SIGINT');

    expect((await ran).code).toBe(130);
    expect(JSON.parse((await ran).stdout)).toMatchObject({ error: { code: 'INTERRUPTED' } });
    process.kill(agent, 'SIGCONT');
    expect(await stage.json('kill', 'demo.web', '--force')).toMatchObject({
      'demo.web': { ok: true, applications: { [application]: { deleted: true } } },
    });
  });
});
