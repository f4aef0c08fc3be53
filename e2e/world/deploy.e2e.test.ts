import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { collect } from '../support/stage.ts';

const BACKEND = 'cluster: backend\nimage: acme/told:1\nverbatim: {instances: 3}\n';
const WEB = 'cluster: web\nimage: acme/told:1\nsettings: {dependsOn: [backend]}\nverbatim: {instances: 2}\n';
const JOB = `cluster: job\nimage: acme/told:1\nsettings: {command: 'exit 0'}\nwait: {oneShot: true}\n`;
const HANGS = 'cluster: web\nimage: acme/told:2\nsettings: {hangsFrom: 3}\n';
/** A health check that never succeeds: the deployment goes on and on. */
const UNHEALTHY = {
  healthChecks: [{ protocol: 'HTTP', path: '/no/such/path', portIndex: 0, gracePeriodSeconds: 300 }],
};

describe('ocho deploy', () => {
  let stage: FleetStage;
  const apps = async (): Promise<{ id: string; [field: string]: unknown }[]> =>
    (await stage.api('GET', '/v2/apps?embed=apps.tasks')).apps;

  beforeEach(async () => {
    stage = await FleetStage.open({ images: { 'acme/told:*': 'e2e/pods/told.js' } });
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('ships a backend, what depends on it and a job, in order, and returns when all are configured', async () => {
    const files = Object.entries({ 'backend.yml': BACKEND, 'web.yml': WEB, 'job.yml': JOB });
    for (const [name, text] of files) stage.write(name, text);
    const { code, stdout, stderr } = await stage.ocho(
      ...['deploy', ...files.map(([name]) => name), '--ordered', '--strict', '-n', 'demo', '-t', '30s', '-j'],
    );

    expect({ code, stderr }).toMatchObject({ code: 0 });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      'backend.yml': { ok: true, up: expect.toSatisfy(isEach(0, 1, 2)) },
      'web.yml': { ok: true, up: expect.toSatisfy(isEach(0, 1)) },
      'job.yml': { ok: true, up: [0] },
    });
    expect(await stage.json('ls')).toMatchObject({
      'demo.backend': { total: 3, running: 3 },
      'demo.web': { total: 2, running: 2 },
      'demo.job': { total: 1, running: 0 },
    });
    expect((await apps()).map(({ id }) => id).sort()).toEqual(
      ['backend.yml', 'job.yml', 'web.yml'].map((name) => `/${report[name].application}`),
    );
  });

  test('leaves what came up when one is late, which it names with its log; and goes back when told so', async () => {
    stage.write('late.yml', HANGS);
    const late = await stage.ocho('deploy', 'late.yml', '-n', 'demo', '-p', '4', '--strict', '-t', '6s', '-j');

    expect(late.code).toBe(6);
    const { 'late.yml': report } = JSON.parse(late.stdout);
    expect(report).toMatchObject({ ok: false, up: expect.toSatisfy(isEach(0, 1, 2)) });
    const [[name, { log }]] = Object.entries(report.late) as [[string, { log: string[] }]];
    expect(log.some((line) => line.includes('told to be on'))).toBe(true);
    expect(report.error.message).toContain(`${name} its process is stopped`);
    expect(report.error.hint).toContain('`ocho kill demo.web -i 0 1 2 3` removes it.');
    expect((await stage.json('ls'))['demo.web']).toMatchObject({ total: 4, running: 3 });

    const before = (await apps()).map(({ id }) => id);
    const gone = await stage.ocho(
      ...['deploy', 'late.yml', '-n', 'other', '-p', '4', '--strict', '-t', '5s', '--rollback-on-failure', '-j'],
    );
    expect({ code: gone.code, ...JSON.parse(gone.stdout)['late.yml'] }).toMatchObject({
      ...{ code: 6, ok: false, up: [], rolledBack: { done: 'deleted' } },
    });
    expect((await apps()).map(({ id }) => id)).toEqual(before);
  });

  test('changes in place what runs, and has the version before run again when that fails', async () => {
    const application = await stage.deploy('web', 2, 'acme/told:1');
    const better = await stage.json('deploy', 'web.yml', '-n', 'demo', '--update', '-r', '2', '--strict', '-t', '20s');
    expect(better['web.yml']).toMatchObject({ ok: true, application, done: 'replaced', expected: 2 });
    const seqs = better['web.yml'].up;
    const same = ['deploy', 'web.yml', '-n', 'demo', '--update', '-r', '2', '--strict', '-t', '20s'];
    expect((await stage.json(...same))['web.yml']).toMatchObject({ ok: true, up: expect.toSatisfy(isEach(...seqs)) });
    const more = (await stage.json(...same, '-p', '3'))['web.yml'].up;
    expect(more).toHaveLength(3);
    expect(more).toEqual(expect.arrayContaining(seqs));

    stage.write('hangs.yml', HANGS.replace('3', '5'));
    const { code, stdout } = await stage.ocho(
      ...['deploy', 'hangs.yml', '-n', 'demo', '--update', '--strict', '-t', '5s', '--rollback-on-failure', '-j'],
    );
    expect({ code, ...JSON.parse(stdout)['hangs.yml'] }).toMatchObject({
      ...{ code: 6, application, done: 'replaced', rolledBack: { done: 'restored' } },
    });
    const [app] = await apps();
    expect(app).toMatchObject({ id: `/${application}`, instances: 3, env: { pod: '{}' }, deployments: [] });
  });

  test('waits for another deployment, and takes over from it when told so', async () => {
    const application = await stage.deploy('web', 1, 'acme/told:1');
    await stage.api('PUT', `/v2/apps/${application}`, UNHEALTHY);
    const { code, stderr } = await stage.ocho('deploy', 'web.yml', '-n', 'demo', '--update', '-r', '2', '-t', '3s');

    const [, blocker = 'none'] = /is locked by deployment (\S+): waiting/.exec(stderr) ?? [];
    expect(stderr).toContain(`${application} was still locked by deployment ${blocker} (CONFLICT)`);
    expect(code).toBe(4);
    const forced = ['deploy', 'web.yml', '-n', 'demo', '--update', '-r', '2', '-t', '10s', '--force-deployment'];
    expect((await stage.ocho(...forced)).code).toBe(0);
    const [app] = await apps();
    expect(app).toMatchObject({ healthChecks: [], deployments: [], container: { docker: { image: 'acme/told:2' } } });
  });

  test('that is interrupted says what goes on, and lets it', async () => {
    stage.write('hangs.yml', HANGS.replace('3', '0'));
    const child = stage.start('deploy', 'hangs.yml', '-n', 'demo', '--strict', '-j');
    const ended = collect(child);
    await new Promise<void>((resolve) =>
      child.stderr?.on('data', (text) => String(text).includes('created') && resolve()),
    );
    child.kill('SIGINT');

    const { code, stdout } = await ended;
    const { error } = JSON.parse(stdout);
    const [app] = await apps();
    expect({ code, error }).toMatchObject({
      code: 130,
      error: { code: 'INTERRUPTED', hint: expect.stringContaining('ocho apps') },
    });
    expect(Object.keys(error.details.deployments)).toEqual([app?.id.slice(1)]);
    await eventually('its pod comes', async () => (await stage.json('ls'))['demo.web']?.total === 1);
  });

  test('prints exactly what it would send, which Marathon takes', async () => {
    stage.write('web.yml', `${WEB}ports: [6379, '9000 *', '8125 udp']\nresources: {cpus: 0.1, mem: 32}\n`);
    const { code, stdout } = await stage.ocho('deploy', 'web.yml', '--dry-run');

    expect(code).toBe(0);
    expect(await apps()).toEqual([]);
    const { message, ...created } = await stage.api('POST', '/v2/apps', JSON.parse(stdout));
    expect({ message, id: created.id }).toEqual({ message: undefined, id: JSON.parse(stdout).id });
  });
});

/** In whichever order they came. */
function isEach(...expected: readonly number[]) {
  return (seqs: readonly number[]) => expected.length === seqs.length && expected.every((seq) => seqs.includes(seq));
}
