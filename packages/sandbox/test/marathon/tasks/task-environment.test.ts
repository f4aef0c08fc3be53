import { describe, expect, test } from 'vitest';

import { inherited, taskEnvironment } from '../../../src/marathon/tasks/task-environment.ts';
import { appWith, definedPort, imageApp } from './apps.ts';

const parts = {
  taskId: 'demo_web.instance-1._app.1',
  app: appWith(),
  hostPorts: [] as readonly number[],
  host: '10.0.0.7',
  sandbox: '/sandboxes/1',
  zk: undefined,
  sharesNetwork: false,
  base: {},
};

const mapping = { hostPort: 0, servicePort: 10_000, protocol: 'tcp', labels: {} };

describe('the environment of a task', () => {
  test('says who it is, as Mesos and Marathon do', () => {
    expect(taskEnvironment({ ...parts, app: appWith({ cpus: 0.5, mem: 64 }) })).toEqual({
      MESOS_TASK_ID: 'demo_web.instance-1._app.1',
      MESOS_SANDBOX: '/sandboxes/1',
      LIBPROCESS_IP: '10.0.0.7',
      MARATHON_APP_ID: '/demo/web',
      MARATHON_APP_VERSION: '2026-01-01T00:00:00.000Z',
      MARATHON_APP_RESOURCE_CPUS: '0.5',
      MARATHON_APP_RESOURCE_MEM: '64.0',
      MARATHON_APP_RESOURCE_DISK: '0.0',
      MARATHON_APP_RESOURCE_GPUS: '0',
      MARATHON_APP_LABELS: '',
      HOST: '10.0.0.7',
    });
  });

  test('names its image, whatever runs for it', () => {
    expect(taskEnvironment({ ...parts, app: imageApp('acme/web:1') })).toMatchObject({
      MARATHON_APP_DOCKER_IMAGE: 'acme/web:1',
    });
  });

  test('holds labels under names that a shell can use, and none that is too long', () => {
    const labels = { 'my.label-1': 'a', OTHER: 'b', [`K${'x'.repeat(600)}`]: 'c', long: 'x'.repeat(512) };

    const env = taskEnvironment({ ...parts, app: appWith({ labels }) });

    expect(env).toMatchObject({
      MARATHON_APP_LABELS: 'MY_LABEL_1 OTHER',
      MARATHON_APP_LABEL_MY_LABEL_1: 'a',
      MARATHON_APP_LABEL_OTHER: 'b',
    });
    expect(Object.keys(env).filter((name) => name.includes('LONG') || name.includes('XXX'))).toEqual([]);
  });

  test('maps ports of a container to ports of the host, by number, by index and by name', () => {
    const app = imageApp('acme/web');
    const portMappings = [
      { ...mapping, containerPort: 8080, name: 'control' },
      { ...mapping, containerPort: 0 },
    ];

    const env = taskEnvironment({
      ...parts,
      app: appWith({ container: { type: 'DOCKER', volumes: [], ...app.container, portMappings } }),
      hostPorts: [31_005, 31_007],
    });

    expect(portsOf(env)).toEqual({
      PORT: '31005',
      PORTS: '31005,31007',
      PORT0: '31005',
      PORT1: '31007',
      PORT_8080: '31005',
      PORT_31007: '31007',
      PORT_CONTROL: '31005',
    });
  });

  test('names ports on the host’s own network by what was declared', () => {
    const app = appWith({ portDefinitions: [definedPort] });

    expect(portsOf(taskEnvironment({ ...parts, app, hostPorts: [31_005] }))).toEqual({
      PORT: '31005',
      PORTS: '31005',
      PORT0: '31005',
      PORT_10000: '31005',
    });
  });

  test('has no variable for ports where there are none', () => {
    expect(portsOf(taskEnvironment(parts))).toEqual({});
  });

  test('leads to ZooKeeper, and says when ports have to be listened on as mapped', () => {
    expect(taskEnvironment({ ...parts, zk: '127.0.0.1:2181', sharesNetwork: true })).toMatchObject({
      ochopod_zk: '127.0.0.1:2181',
      ochopod_network: 'host',
    });
  });

  test('leaves the last word to the application', () => {
    const env = { ochopod_zk: 'mine:2181', ochopod_network: '', HOST: 'mine', PORT0: '1', PATH: '/mine' };
    const app = appWith({ env, portDefinitions: [definedPort] });
    const given = { ...parts, app, hostPorts: [31_005], zk: 'ours:2181', sharesNetwork: true, base: { PATH: '/ours' } };

    expect(taskEnvironment(given)).toMatchObject(env);
  });

  test('inherits little of the scheduler’s', () => {
    expect(inherited({ PATH: '/bin', HOME: '/root', AWS_SECRET_ACCESS_KEY: 'no', LANG: undefined })).toEqual({
      PATH: '/bin',
      HOME: '/root',
    });
  });
});

function portsOf(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('PORT')));
}
