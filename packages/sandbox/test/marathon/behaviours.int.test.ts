import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { App } from '../../src/marathon/app/app.ts';
import { type MarathonEvent, type Scheduler, startScheduler } from '../../src/marathon/index.ts';

/** Nothing listens there: never healthy, never killed for it. */
const NEVER_HEALTHY = {
  protocol: 'TCP',
  delaySeconds: 0,
  gracePeriodSeconds: 0,
  intervalSeconds: 1,
  maxConsecutiveFailures: 0,
};
const WEB = { id: '/shop/web', cmd: 'exec sleep 1000', cpus: 0.1, mem: 16 };

let directory: string;
let scheduler: Scheduler;
let told: MarathonEvent[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'scheduler-'));
  scheduler = await startScheduler({ directory, containers: 'none', images: { 'acme/web:*': 'exec sleep 1000' } });
  told = [];
  scheduler.events.listen((event) => told.push(event));
});

afterEach(async () => {
  await scheduler.close();
  await rm(directory, { recursive: true });
});

describe('a faithful server', () => {
  test('runs a new application without health checks: created, one deployment, its success, its tasks', async () => {
    const { status, json } = await ask('POST', '/v2/apps', { ...WEB, instances: 2 });

    expect(status).toBe(201);
    expect(json.deployments).toEqual([{ id: expect.any(String) }]);
    await untilQuiet();
    expect(eventsOf('deployment_success')).toMatchObject([{ id: json.deployments[0].id }]);
    expect(await tasks()).toMatchObject([{ state: 'TASK_RUNNING' }, { state: 'TASK_RUNNING' }]);
  });

  test('touches nothing when nothing changes', async () => {
    const app = await deployed({ instances: 2 });
    const before = await taskIds();
    told.length = 0;

    const { status, json } = await ask('PUT', '/v2/apps/shop/web', { ...WEB, instances: 2 });

    expect(status).toBe(200);
    expect(eventsOf('deployment_success')).toMatchObject([{ id: json.deploymentId, plan: { steps: [] } }]);
    expect(await taskIds()).toEqual(before);
    expect((await show()).version).toBe(app.version);
    expect(eventsOf('status_update_event')).toEqual([]);
  });

  test('scales up and down, and leaves alone those that stay', async () => {
    const app = await deployed({ instances: 1 });
    const [first = ''] = await taskIds();

    await ask('PUT', '/v2/apps/shop/web', { instances: 3 });
    await untilQuiet();
    const three = await taskIds();
    const up = await show();
    await ask('PUT', '/v2/apps/shop/web', { instances: 1 });
    await untilQuiet();

    expect(three).toHaveLength(3);
    expect(three).toContain(first);
    expect(await taskIds()).toEqual([first]);
    expect(up.versionInfo).toEqual({ lastScalingAt: up.version, lastConfigChangeAt: app.version });
  });

  test('restarts every task, its definition unchanged', async () => {
    const { version, versionInfo, ...definition } = await deployed({ instances: 2 });
    const before = await taskIds();

    await ask('POST', '/v2/apps/shop/web/restart');
    await untilQuiet();

    const after = await taskIds();
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    expect(scheduler.engine.app(WEB.id)).toMatchObject(definition);
    expect((await show()).version > version).toBe(true);
  });

  test('keeps every version of a definition', async () => {
    const app = await deployed({ env: { A: '1' } });
    await ask('PUT', '/v2/apps/shop/web', { env: { A: '2' } });
    await untilQuiet();

    const { versions } = (await ask('GET', '/v2/apps/shop/web/versions')).json;

    expect(versions).toHaveLength(2);
    expect(versions).toContain(app.version);
    expect((await ask('GET', `/v2/apps/shop/web/versions/${app.version}`)).json.env).toEqual({ A: '1' });
    expect((await ask('GET', `/v2/apps/shop/web/versions/${versions[0]}`)).json.env).toEqual({ A: '2' });
  });

  test('launches a task that was killed again, as the next one of its instance', async () => {
    await deployed({ instances: 2 });
    const [victim = '', other = ''] = await taskIds();

    await ask('DELETE', `/v2/apps/shop/web/tasks/${victim}`);

    const next = victim.replace(/1$/, '2');
    await vi.waitFor(async () => expect(await runningIds()).toEqual([next, other].sort()), PATIENCE);
    expect((await show()).instances).toBe(2);
  });

  test('is smaller by a task that was killed and scaled', async () => {
    await deployed({ instances: 2 });
    const [victim = '', other = ''] = await taskIds();

    await ask('DELETE', `/v2/apps/shop/web/tasks/${victim}?scale=true`);
    await untilQuiet();

    expect((await show()).instances).toBe(1);
    expect(await taskIds()).toEqual([other]);
  });

  test('launches all again when all were killed', async () => {
    await deployed({ instances: 2 });
    const before = await taskIds();

    const { json } = await ask('DELETE', '/v2/apps/shop/web/tasks');

    expect(json.tasks).toHaveLength(2);
    const again = before.map((id) => id.replace(/1$/, '2'));
    await vi.waitFor(async () => expect(await runningIds()).toEqual(again), PATIENCE);
  });

  test('has no instances when all were killed and scaled', async () => {
    await deployed({ instances: 2 });

    await ask('DELETE', '/v2/apps/shop/web/tasks?scale=true');
    await untilQuiet();

    expect((await show()).instances).toBe(0);
    expect(await taskIds()).toEqual([]);
  });

  test('forgets an application that is deleted', async () => {
    await deployed({});

    await ask('DELETE', '/v2/apps/shop/web');

    expect((await ask('GET', '/v2/apps/shop/web')).status).toBe(404);
    await untilQuiet();
    expect((await ask('GET', '/v2/tasks')).json.tasks).toEqual([]);
    expect(eventsOf('app_terminated_event')).toMatchObject([{ appId: WEB.id }]);
  });

  test('tells what happens when an application of two tasks is deployed', async () => {
    await deployed({ instances: 2 });

    expect(eventsOf('api_post_event')).toMatchObject([{ uri: '/v2/apps', appDefinition: { id: WEB.id } }]);
    expect(eventsOf('group_change_success')).toMatchObject([{ groupId: '/shop' }]);
    const running = eventsOf('status_update_event').filter(({ taskStatus }) => taskStatus === 'TASK_RUNNING');
    expect(running.map(({ taskId }) => taskId).sort()).toEqual(await taskIds());
    expect(eventsOf('deployment_success')).toHaveLength(1);
    expect((await ask('GET', '/v2/deployments')).json).toEqual([]);
  });

  test('never finishes the deployment of an application that is not healthy', async () => {
    const { json } = await ask('POST', '/v2/apps', { ...WEB, healthChecks: [NEVER_HEALTHY] });
    const [{ id }] = json.deployments;

    await vi.waitFor(async () => {
      const [task] = await tasks();
      expect(task?.healthCheckResults).toMatchObject([{ alive: false }]);
    }, PATIENCE);

    expect((await ask('GET', '/v2/deployments')).json).toMatchObject([{ id, affectedApps: [WEB.id] }]);
    expect(eventsOf('deployment_success')).toEqual([]);
    expect((await show()).tasksHealthy).toBe(0);
  });

  test('drops a deployment that is stuck by force, and leaves the application as it is', async () => {
    const { json } = await ask('POST', '/v2/apps', { ...WEB, healthChecks: [NEVER_HEALTHY] });
    const [{ id }] = json.deployments;

    const { status, text } = await ask('DELETE', `/v2/deployments/${id}?force=true`);

    expect([status, text]).toEqual([202, '']);
    await vi.waitFor(() => expect(eventsOf('deployment_failed')).toMatchObject([{ id }]), PATIENCE);
    expect((await ask('GET', '/v2/deployments')).json).toEqual([]);
    expect((await ask('GET', '/v2/apps/shop/web')).status).toBe(200);
  });

  test('removes an application whose creation is undone', async () => {
    const { json } = await ask('POST', '/v2/apps', { ...WEB, healthChecks: [NEVER_HEALTHY] });

    const { status, json: undoing } = await ask('DELETE', `/v2/deployments/${json.deployments[0].id}`);

    expect(status).toBe(200);
    await untilQuiet();
    expect((await ask('GET', '/v2/apps/shop/web')).status).toBe(404);
    expect(eventsOf('deployment_success')).toMatchObject([{ id: undoing.deploymentId }]);
    expect(scheduler.engine.instances()).toEqual([]);
  });

  test('streams the events that were asked for, with light plans', async () => {
    const stream = await listen('?event_type=deployment_info&event_type=deployment_success');
    const { deployments } = (await ask('POST', '/v2/apps', WEB)).json;

    const lines = await stream.until((text) => text.includes('event: deployment_success'));

    const kinds = lines.filter((line) => line.startsWith('event:'));
    const [info] = lines.flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []));
    expect(new Set(kinds)).toEqual(new Set(['event: deployment_info', 'event: deployment_success']));
    expect(Object.keys(info.plan).sort()).toEqual(['id', 'steps', 'version']);
    expect(info.plan.id).toBe(deployments[0].id);
  });

  test('forgets failures when the definition changes, and not when it is scaled', async () => {
    const failing = { ...WEB, cmd: 'exit 1', backoffSeconds: 250 };
    await ask('POST', '/v2/apps', failing);
    await vi.waitFor(async () => expect(await delay()).toBeGreaterThan(100), PATIENCE);

    await ask('PUT', '/v2/apps/shop/web?force=true', { instances: 2 });
    const afterScaling = await delay();
    await ask('PUT', '/v2/apps/shop/web?force=true', { cmd: 'exec sleep 1000' });
    await untilQuiet();

    expect(afterScaling).toBeGreaterThan(100);
    expect(await runningIds()).toHaveLength(2);
  });

  test('keeps the container of an application over an update', async () => {
    const { cmd: _cmd, ...bare } = WEB;
    const docker = { image: 'acme/web:1', network: 'BRIDGE', portMappings: [{ containerPort: 8080, hostPort: 0 }] };
    await ask('POST', '/v2/apps', { ...bare, container: { type: 'DOCKER', docker } });
    await untilQuiet();
    const { container } = await show();

    await ask('PUT', '/v2/apps/shop/web', { env: { A: '2' } });
    await untilQuiet();

    expect((await show()).container).toEqual(container);
    expect(await runningIds()).toHaveLength(1);
  });

  test('gives an application that asks for no port one of its own', async () => {
    const { portDefinitions } = await deployed({});

    expect(portDefinitions).toMatchObject([{ name: 'default', protocol: 'tcp' }]);
    expect(portDefinitions?.[0]?.port).toBeGreaterThanOrEqual(10_000);
    expect(portDefinitions?.[0]?.port).toBeLessThanOrEqual(20_000);
  });

  test('has no standby to go through: whoever answers leads', async () => {
    const { headers } = await ask('POST', '/v2/apps', WEB);

    expect(headers.get('x-marathon-leader')).toBe(`http://127.0.0.1:${scheduler.port}`);
    expect((await ask('GET', '/v2/leader')).json).toEqual({ leader: `127.0.0.1:${scheduler.port}` });
  });
});

/** Longer than a machine under load takes to start a process. */
const PATIENCE = { timeout: 30_000, interval: 20 };

interface Task {
  readonly id: string;
  readonly state: string;
  readonly healthCheckResults: readonly object[];
}

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${scheduler.port}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

/** An application whose deployment is over. */
async function deployed(said: object): Promise<App> {
  const { status, text } = await ask('POST', '/v2/apps', { ...WEB, ...said });
  expect(status, text).toBe(201);
  await untilQuiet();
  const app = scheduler.engine.app(WEB.id);
  if (app === undefined) throw new Error('it is not there');
  return app;
}

async function show() {
  return (await ask('GET', '/v2/apps/shop/web')).json.app;
}

async function tasks(): Promise<readonly Task[]> {
  return (await ask('GET', '/v2/apps/shop/web/tasks')).json.tasks;
}

async function taskIds(): Promise<readonly string[]> {
  return (await tasks()).map(({ id }) => id).sort();
}

async function runningIds(): Promise<readonly string[]> {
  const running = (await tasks()).filter(({ state }) => state === 'TASK_RUNNING');
  return running.map(({ id }) => id).sort();
}

/** Seconds that the application waits after failures. */
async function delay(): Promise<number> {
  const [waiting] = (await ask('GET', '/v2/queue')).json.queue;
  return waiting?.delay.timeLeftSeconds ?? 0;
}

async function untilQuiet(): Promise<void> {
  await vi.waitFor(() => expect(scheduler.engine.deployments()).toEqual([]), PATIENCE);
}

function eventsOf(type: string): readonly MarathonEvent[] {
  return told.filter(({ eventType }) => eventType === type);
}

async function listen(query: string) {
  const headers = { accept: 'text/event-stream' };
  const { body } = await fetch(`http://127.0.0.1:${scheduler.port}/v2/events${query}`, { headers });
  const chunks = body?.pipeThrough(new TextDecoderStream()) ?? [];
  const until = async (isEnough: (text: string) => boolean) => {
    let text = '';
    for await (const chunk of chunks) {
      text += chunk;
      if (isEnough(text) && text.endsWith('\r\n\r\n')) break;
    }
    return text.split('\r\n');
  };
  return { until };
}
