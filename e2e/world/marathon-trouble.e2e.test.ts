import { createServer } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { Gateway, type GatewayOptions } from '../support/gateway.ts';
import { collect } from '../support/stage.ts';

describe('with a Marathon that is hard to reach', () => {
  let stage: FleetStage;
  let file: string;

  beforeAll(async () => {
    stage = await FleetStage.open();
    file = stage.write('web.yml', 'cluster: web\nimage: acme/web:1\n');
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const gateway = (options: GatewayOptions = {}) => Gateway.start(stage.marathon, options);
  const at = (...masters: readonly string[]) => ['--marathon', masters.join(',')];
  const deploy = (...args: readonly string[]) => stage.json('deploy', file, '-n', 'demo', '--strict', ...args);

  test('the second master is asked when the first one is dead', async () => {
    const report = await deploy(...at(`127.0.0.1:${await closedPort()}`, stage.marathon));
    expect(report).toMatchObject({ [file]: { ok: true } });
  });

  test('a path before the API leads to it', async () => {
    await using proxy = await gateway({ prefix: '/service/marathon' });
    const { applications } = await stage.json('apps', 'demo.*', ...at(proxy.url));
    expect(Object.keys(applications)).not.toEqual([]);
  });

  test('who is not known to it is denied, and changes nothing', async () => {
    await using proxy = await gateway({ authorization: 'token=right' });
    const before = await stage.api('GET', '/v2/apps');
    const { code, stdout } = await stage.ocho('deploy', file, '-n', 'demo', '-j', ...at(proxy.url));
    expect(code).toBe(8);
    expect(stdout).toMatch(/"code": "DENIED"/);
    expect((await stage.api('GET', '/v2/apps')).apps).toHaveLength(before.apps.length);
  });

  test('a token out of a file opens it', async () => {
    await using proxy = await gateway({ authorization: 'token=right' });
    const token = stage.write('token', 'right\n');
    const { code } = await stage.ocho('apps', ...at(proxy.url), '--marathon-token-file', token);
    expect(code).toBe(0);
  });

  test('two failures of its own are no failure of a deployment', async () => {
    await using proxy = await gateway();
    proxy.failures = 2;
    expect(await deploy(...at(proxy.url))).toMatchObject({ [file]: { ok: true } });
    expect(proxy.failures).toBe(0);
  });

  test('a stream of events that breaks in the middle of a wait is begun again', async () => {
    await using proxy = await gateway();
    const slow = stage.write('slow.yml', 'cluster: slow\nimage: acme/slow:1\nstart: false\n');
    const deploying = stage.start('deploy', slow, '-n', 'demo', '--strict', '-t', '30s', '-j', ...at(proxy.url));
    const ended = collect(deploying);
    await eventually('it listens', () => proxy.streams === 1);
    proxy.breakStreams();
    await eventually('it listens again', () => proxy.streams === 2);
    await eventually(
      'the pod waits',
      async () => (await stage.json('grep', 'demo.slow'))['demo.slow #0'] !== undefined,
    );
    await stage.ocho('on', 'demo.slow', '-i', '0');

    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ [slow]: { ok: true, up: [0] } });
  });
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
