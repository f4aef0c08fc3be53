import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { collect, PodProcess } from '../support/stage.ts';

/** Marathon keeps on waiting for it, and keeps it locked. */
const NEVER_HEALTHY = `cluster: web
image: acme/web:3
verbatim:
  healthChecks: [{protocol: HTTP, path: /no/such/path, portIndex: 0, gracePeriodSeconds: 300}]
`;

describe('ocho apps, history and rollback', () => {
  let stage: FleetStage;

  beforeEach(async () => {
    stage = await FleetStage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const update = (text: string, ...more: string[]) =>
    stage.json('deploy', stage.write('web.yml', text), '-n', 'demo', '--update', '--strict', ...more);

  test('go back to what ran before, after what did not come up', async () => {
    const application = await stage.deploy('web', 2);
    await update('cluster: web\nimage: acme/web:2\nenv: {LEVEL: info, DB_PASSWORD: s3cret}\n', '-t', '60s');
    const { [application]: told } = await stage.json('history', 'demo.web');

    expect(told.versions).toMatchObject([
      {
        ...{ current: true, tasks: 2, image: 'acme/web:2', instances: 2 },
        changes: expect.arrayContaining([
          { field: 'image', from: 'acme/web:1', to: 'acme/web:2' },
          { field: 'env.LEVEL', from: null, to: 'info' },
          { field: 'env.DB_PASSWORD', from: null, to: '***' },
        ]),
      },
      { current: false, tasks: 0, image: 'acme/web:1', changes: null },
    ]);
    expect((await stage.ocho('history', 'demo.web')).stdout).not.toContain('s3cret');

    await update(NEVER_HEALTHY, '-t', '6s');
    const locked = await stage.ocho('rollback', 'demo.web', '-t', '3s', '-j');
    expect(locked).toMatchObject({ code: 4, stderr: expect.stringContaining('is locked by deployment') });
    const { 'demo.web': back } = await stage.json(
      'rollback',
      'demo.web',
      '--force-deployment',
      '--strict',
      '-t',
      '60s',
    );
    expect(back).toMatchObject({ ok: true, to: told.current });
    expect(back.up).toHaveLength(2);
    expect((await stage.json('apps', 'demo.web')).applications[application]).toMatchObject({
      ...{ image: 'acme/web:2', instances: 2, tasksRunning: 2, pods: { total: 2, running: 2 }, deployments: [] },
    });

    const first = told.versions[1].version;
    const { 'demo.web': named } = await stage.json('rollback', 'demo.web', '--to', first, '--strict', '-t', '60s');
    expect(named).toMatchObject({ ok: true, to: first, applications: { [application]: { image: 'acme/web:1' } } });
    expect((await stage.ocho('rollback', 'demo.web', '--to', 'yesterday')).code).toBe(3);
  });

  test('keep the size that the application has by now', async () => {
    const application = await stage.deploy('web', 1);
    await update('cluster: web\nimage: acme/web:2\n', '-t', '60s');
    await stage.api('PUT', `/v2/apps/${application}`, { instances: 2 });
    await stage.untilQuiet(application, 2);
    const { 'demo.web': back } = await stage.json('rollback', 'demo.web', '--strict', '-t', '60s');

    expect(back.up).toHaveLength(2);
    expect((await stage.json('apps')).applications[application]).toMatchObject({ image: 'acme/web:1', instances: 2 });
  });

  test('show who has no counterpart', async () => {
    const application = await stage.deploy('web', 1);
    const [zk] = [(await stage.json('sandbox', 'status')).zookeeper];
    const files = `${stage.directory}/stray`;
    const stray = new PodProcess({ cluster: 'web', namespace: 'demo', zk, script: 'e2e/pods/plain.js' }, files);
    await stage.api('POST', '/v2/apps', {
      ...{ id: '/mute', cmd: '/bin/sleep 1000', cpus: 0.1 },
      env: { ochopod_cluster: 'mute', ochopod_namespace: 'demo' },
    });
    await stage.untilQuiet('mute', 1);
    await eventually('the stray pod has registered', () => stray.seq !== undefined);
    const { applications, strays } = await stage.json('apps', 'demo.*');

    expect(applications[application]).toMatchObject({ pods: { total: 1 } });
    const [[id, task]] = Object.entries(applications['mute'].tasks) as [[string, object]];
    expect(task).toMatchObject({ state: 'running', pod: null });
    expect(strays).toMatchObject({ [`demo.web #${stray.seq}`]: { cluster: 'demo.web', task: '' } });
    const { stdout } = await stage.ocho('apps');
    expect(stdout).toContain(`task ${id} has no pod`);
    expect(stdout).toContain(`demo.web #${stray.seq} has no task`);
    await stray.end();

    expect(await stage.ocho('kill', 'demo.mute', '--force', '--unreachable')).toMatchObject({
      ...{ code: 0, stdout: 'mute\tdeleted\n' },
    });
  });

  test('interrupted while pods come up say what goes on', async () => {
    const application = await stage.deploy('web', 1);
    await update(NEVER_HEALTHY, '-t', '6s');
    await stage.json('rollback', 'demo.web', '--force-deployment', '-t', '60s');
    const unhealthy = (await stage.json('history', 'demo.web'))[application].versions[1].version;
    const waiting = stage.start('rollback', 'demo.web', '--to', unhealthy, '-j');
    const ran = collect(waiting);
    await eventually('the old, the new and ocho are there', async () => {
      return (await stage.json('sandbox', 'status')).sessions.length === 3;
    });
    waiting.kill('SIGINT');

    const { code, stdout } = await ran;
    const [{ id }] = await stage.api('GET', '/v2/deployments');
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'INTERRUPTED',
      details: { deployments: { [application]: id } },
    });
  });
});
