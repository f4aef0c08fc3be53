import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { systemClock } from 'ochopod-core';
import { spawnProcess } from 'ochopod-core/process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Agent, type CoordinationDeps, startAgent } from '../src/agent.ts';
import type { Environment } from '../src/environment/settings.ts';
import { LogRing } from '../src/log-ring.ts';
import { createLog } from '../src/logging.ts';
import type { PodScript } from '../src/script/pod-script.ts';
import { systemSurroundings } from '../src/surroundings.ts';
import { registrationOf } from './support/pod-under-test.ts';
import { eventually, isAlive, program } from './support/real-pod.ts';

const LOCAL = { ochopod_local: 'true', ochopod_cluster: 'web', ochopod_port: '0' };
/** A task of Marathon. */
const HOSTED = {
  ochopod_cluster: 'web',
  ochopod_zk: '127.0.0.1:2181',
  ochopod_ec2: 'false',
  HOST: '127.0.0.1',
  MARATHON_APP_ID: '/web',
};
const VIEW = JSON.stringify({ key: 'own', pods: { own: registrationOf(0) }, dependencies: {} });

let agents: Agent[];
let ring: LogRing;
let joined: CoordinationDeps[];
let story: string[];

beforeEach(() => {
  agents = [];
  joined = [];
  story = [];
  ring = new LogRing();
});

afterEach(async () => {
  for (const agent of agents) await agent.stop();
});

describe('an agent', () => {
  test('listens, then joins the cluster with the port that it got', async () => {
    const { port } = await start();

    expect(joined[0]).toMatchObject({
      servers: '127.0.0.1:2181',
      registration: { cluster: 'web', ip: '127.0.0.1', port: String(port), ports: { [port]: port } },
    });
    expect(await post(port, '/info')).toMatchObject({ status: 200, json: { port: String(port), process: 'stopped' } });
  });

  test("on its host's network listens at its own address, on the port that it is mapped to", async () => {
    const PORT_8080 = String(await freePort());
    const agent = await start({}, { ...HOSTED, ochopod_network: 'host', PORT_8080 });

    expect(agent.port).toBe(Number(PORT_8080));
    expect(joined[0]).toMatchObject({
      registration: { ip: '127.0.0.1', port: '8080', ports: { 8080: agent.port }, network: 'host' },
    });
    expect(await post(agent.port, '/info')).toMatchObject({ status: 200, json: { port: '8080' } });
    await expect(fetch(`http://127.0.0.2:${agent.port}/info`, { method: 'POST' })).rejects.toThrow();
  });

  test('whose address is one of IPv6 is reached there, and over IPv4 as well', async () => {
    const agent = await start({}, { ...HOSTED, HOST: '::1', ochopod_port: '0' });

    expect(joined[0]).toMatchObject({ registration: { ip: '::1' } });
    for (const host of ['[::1]', '127.0.0.1']) {
      expect((await fetch(`http://${host}:${agent.port}/info`, { method: 'POST' })).status).toBe(200);
    }
  });

  test("cannot listen at an address that is not its host's", async () => {
    const environment = { ...HOSTED, ochopod_network: 'host', ochopod_ip: '192.0.2.1', ochopod_port: '0' };

    await expect(start({}, environment)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('192.0.2.1'),
    });
  });

  test('starts its process when the leader says so, and leaves in order', async () => {
    const agent = await start();
    expect(await post(agent.port, '/control/on', VIEW)).toMatchObject({ status: 200, json: {} });
    expect(await post(agent.port, '/info')).toMatchObject({ json: { process: 'running' } });
    const pid = Number(/process started pid=(\d+)/.exec(ring.lines().join(''))?.[1]);

    await agent.stop();

    expect(story).toEqual(['left the cluster', 'tore down', 'finalized']);
    expect(await isAlive(pid)).toBe(false);
    await expect(post(agent.port, '/info')).rejects.toThrow();
  });

  test('stops in the middle of a request, and tells its sender', async () => {
    const agent = await start({ configure: () => new Promise(() => {}) });
    const answer = post(agent.port, '/control/on', VIEW);
    await eventually(() => ring.lines().some((line) => line.includes('told to be on')));

    await agent.stop();

    expect([410, 503]).toContain((await answer).status);
  });

  test('says which port is taken', async () => {
    const { port } = await start();

    await expect(start({}, { ...LOCAL, ochopod_port: String(port) })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `the control port ${port} is taken`,
    });
  });

  test.each([
    ['a bad environment', { ...LOCAL, ochopod_start: 'maybe' }, /ochopod_start/],
    ['no ZooKeeper', { ochopod_cluster: 'web', ochopod_ip: '127.0.0.1' }, /ZooKeeper was not found/],
    [
      'no address',
      { ochopod_cluster: 'web', ochopod_zk: 'localhost', ochopod_ec2: 'false' },
      /where this pod can be reached/,
    ],
  ])('does not start with %s', async (_case, env, message) => {
    await expect(start({}, env)).rejects.toMatchObject({ message: expect.stringMatching(message) });
    expect(joined).toEqual([]);
  });
});

async function start(script: Partial<PodScript> = {}, env: Environment = LOCAL): Promise<Agent> {
  const log = createLog({ debug: true, write: (line) => ring.push(line) });
  const agent = await startAgent({
    script: {
      configure: () => ({ command: [process.execPath, program('runs-forever')] }),
      tearDown: (running) => {
        story.push('tore down');
        running.kill('SIGTERM');
      },
      finalize: () => void story.push('finalized'),
      ...script,
    },
    env,
    coordination: (deps) => {
      joined.push(deps);
      return {
        state: 'follower',
        status: '',
        registered: true,
        reset: async () => {},
        stop: async () => void story.push('left the cluster'),
      };
    },
    surroundings: systemSurroundings(env, () => {}),
    spawn: spawnProcess,
    passOn: () => {},
    clock: systemClock,
    random: Math.random,
    log,
    version: '1.2.3',
    wallTime: () => performance.timeOrigin + performance.now(),
    ring,
  });
  agents.push(agent);
  return agent;
}

async function post(port: number, path: string, body = ''): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
  return { status: response.status, json: await response.json() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
