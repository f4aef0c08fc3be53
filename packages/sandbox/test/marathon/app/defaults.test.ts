import { describe, expect, test } from 'vitest';

import { parsed, parsedImage } from './support.ts';

describe('a definition', () => {
  test('is complete, however little was said', () => {
    expect(parsed({})).toEqual({
      id: '/web',
      cmd: 'sleep 60',
      env: {},
      labels: {},
      instances: 1,
      cpus: 1,
      mem: 128,
      disk: 0,
      gpus: 0,
      executor: '',
      constraints: [],
      fetch: [],
      dependencies: [],
      backoffSeconds: 1,
      backoffFactor: 1.15,
      maxLaunchDelaySeconds: 300,
      networks: [{ mode: 'host' }],
      portDefinitions: [{ port: 10_000, protocol: 'tcp', name: 'default', labels: {} }],
      requirePorts: false,
      healthChecks: [],
      readinessChecks: [],
      upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
      killSelection: 'YOUNGEST_FIRST',
      unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
      role: '*',
    });
  });

  test('takes null for what is not said', () => {
    expect(
      parsed({ instances: null, container: null, user: null, upgradeStrategy: { maximumOverCapacity: null } }),
    ).toEqual(parsed({}));
  });

  test('passes over what nobody knows', () => {
    expect(parsed({ tasksRunning: 3, deployments: [], versionInfo: {} })).toEqual(parsed({}));
  });

  test('has no ports when it says so', () => {
    expect(parsed({ portDefinitions: [] }).portDefinitions).toEqual([]);
    expect(
      parsed({ networks: [{ mode: 'container/bridge' }], container: { type: 'MESOS', portMappings: [] } }),
    ).toMatchObject({ container: { portMappings: [] } });
  });

  test('on a bridge has a container with one port', () => {
    const { container, portDefinitions } = parsed({ networks: [{ mode: 'container/bridge' }] });

    expect(portDefinitions).toBeUndefined();
    expect(container).toEqual({
      type: 'MESOS',
      portMappings: [
        { containerPort: 0, hostPort: 0, servicePort: 10_000, protocol: 'tcp', name: 'default', labels: {} },
      ],
      volumes: [],
    });
  });

  test('on the network of its host has no port mappings, and needs the ports that it names when it says so', () => {
    const docker = { image: 'acme/web', portMappings: [{ containerPort: 80 }] };

    const draft = parsedImage({ container: { docker }, portDefinitions: [{ port: 31_000 }], requirePorts: true });

    expect(draft.container).not.toHaveProperty('portMappings');
    expect(draft).toMatchObject({ requirePorts: true, portDefinitions: [{ port: 31_000 }] });
  });

  test('needs no port of its host when it has a network of its own', () => {
    expect(parsed({ networks: [{ mode: 'container/bridge' }], requirePorts: true }).requirePorts).toBe(false);
  });

  test('has a port mapping for each port definition when it has a network of its own', () => {
    const draft = parsed({ networks: [{ mode: 'container', name: 'dcos' }], ports: [0, 0, 0] });

    expect(draft.container?.portMappings?.map(({ servicePort }) => servicePort)).toEqual([10_000, 10_001, 10_002]);
  });

  test('asks health on its first port unless it says otherwise', () => {
    const { healthChecks } = parsed({
      healthChecks: [{}, { port: 8080 }, { protocol: 'COMMAND', command: { value: 'true' } }],
    });

    expect(healthChecks).toEqual([
      { ...HEALTH_CHECK, protocol: 'HTTP', portIndex: 0 },
      { ...HEALTH_CHECK, protocol: 'HTTP', port: 8080 },
      { ...HEALTH_CHECK, protocol: 'COMMAND', command: { value: 'true' } },
    ]);
  });

  test('asks readiness as Marathon does by default', () => {
    const { readinessChecks } = parsed({ portDefinitions: [{ name: 'http-api' }], readinessChecks: [{}] });

    expect(readinessChecks).toEqual([
      {
        name: 'readinessCheck',
        protocol: 'HTTP',
        path: '/',
        portName: 'http-api',
        intervalSeconds: 30,
        timeoutSeconds: 10,
        httpStatusCodesForReady: [200],
        preserveLastResponse: false,
      },
    ]);
  });

  test('depends on others by their absolute ids', () => {
    expect(parsed({ id: '/shop/web', dependencies: ['db', '../mail', '/queue'] }).dependencies).toEqual([
      '/shop/db',
      '/mail',
      '/queue',
    ]);
  });
});

const HEALTH_CHECK = {
  gracePeriodSeconds: 300,
  intervalSeconds: 60,
  timeoutSeconds: 20,
  delaySeconds: 15,
  maxConsecutiveFailures: 3,
  ignoreHttp1xx: false,
};
