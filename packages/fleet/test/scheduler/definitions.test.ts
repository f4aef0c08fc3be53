import { describe, expect, test } from 'vitest';

import type { ApplicationSpec } from '../../src/scheduler/application.ts';
import { copiedDefinition, definitionOf, generationOf } from '../../src/scheduler/marathon/definitions.ts';

const SPEC: ApplicationSpec = {
  id: 'ochopod.marathon.web-2026-01-31-23-59-59',
  image: 'registry:5000/acme/web:1.2',
  instances: 2,
  ports: [
    { container: 8080, host: 0, protocol: 'tcp' },
    { container: 9000, host: 9000, protocol: 'udp' },
  ],
  env: { ochopod_cluster: 'web' },
  labels: {},
  resources: { cpus: 0.5, mem: 64 },
  hostVolumes: ['/etc/mesos'],
  constraints: [],
  verbatim: {},
};

const PORTS = [
  { containerPort: 8080, hostPort: 0, protocol: 'tcp' },
  { containerPort: 9000, hostPort: 9000, protocol: 'udp' },
];
const VOLUMES = [{ containerPath: '/etc/mesos', hostPath: '/etc/mesos', mode: 'RO' }];

test.each([
  ['0.11.0', 'before 1.5'],
  ['1.4.9', 'before 1.5'],
  ['1.5.0', 'since 1.5'],
  ['1.11.24-SNAPSHOT', 'since 1.5'],
  ['2.0.0', 'since 1.5'],
])('Marathon %s is one of those %s', (version, generation) => {
  expect(generationOf(version)).toBe(generation);
});

describe('an application', () => {
  test('as Marathons since 1.5 want it', () => {
    expect(definitionOf(SPEC, 'since 1.5')).toEqual({
      id: '/ochopod.marathon.web-2026-01-31-23-59-59',
      instances: 2,
      cpus: 0.5,
      mem: 64,
      env: { ochopod_cluster: 'web' },
      labels: {},
      networks: [{ mode: 'container/bridge' }],
      container: {
        type: 'DOCKER',
        docker: { image: 'registry:5000/acme/web:1.2', forcePullImage: true },
        portMappings: PORTS,
        volumes: VOLUMES,
      },
    });
  });

  test('as older Marathons want it: nothing that they do not know', () => {
    const definition = definitionOf(SPEC, 'before 1.5');
    expect(definition).not.toHaveProperty('networks');
    expect(definition['container']).toEqual({
      type: 'DOCKER',
      docker: { image: 'registry:5000/acme/web:1.2', forcePullImage: true, network: 'BRIDGE', portMappings: PORTS },
      volumes: VOLUMES,
    });
  });

  test('with everything that can be said', () => {
    const definition = definitionOf(
      {
        ...SPEC,
        command: ['serve', '--fast'],
        health: { path: '/healthz', port: 9000, grace: 30, failures: 0 },
        upgrade: { minimumHealthy: 0.5, maximumOver: 0 },
        constraints: [['hostname', 'UNIQUE']],
        verbatim: { cpus: 2, user: 'web' },
      },
      'since 1.5',
    );
    expect(definition).toMatchObject({
      args: ['serve', '--fast'],
      healthChecks: [
        { protocol: 'HTTP', path: '/healthz', portIndex: 1, gracePeriodSeconds: 30, maxConsecutiveFailures: 0 },
      ],
      upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
      constraints: [['hostname', 'UNIQUE']],
      cpus: 2,
      user: 'web',
    });
  });
});

describe('a copy of an application', () => {
  const COPY = { id: 'web-2', image: 'acme/web:2', instances: 1, labels: { of: 'web-1' } };
  const ANSWERED = {
    id: '/web-1',
    instances: 3,
    cmd: null,
    env: { ochopod_cluster: 'web' },
    labels: { team: 'blue' },
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    version: '2026-01-31T23:59:59.000Z',
  };

  test('since 1.5 is the same but for what is given, and takes no service port away', () => {
    const mapping = { containerPort: 8080, hostPort: 0, protocol: 'tcp', labels: {} };
    const container = { type: 'DOCKER', docker: { image: 'acme/web:1', privileged: false }, volumes: [] };
    const networks = [{ mode: 'container/bridge' }];
    const answered = {
      ...ANSWERED,
      networks,
      container: { ...container, portMappings: [{ ...mapping, servicePort: 10_001 }] },
      versionInfo: { lastScalingAt: ANSWERED.version, lastConfigChangeAt: ANSWERED.version },
    };

    const { version: _version, ...same } = ANSWERED;
    expect(copiedDefinition(answered, COPY)).toEqual({
      ...same,
      networks,
      container: { ...container, docker: { image: 'acme/web:2', privileged: false }, portMappings: [mapping] },
      id: '/web-2',
      instances: 1,
      labels: { team: 'blue', of: 'web-1' },
    });
  });

  test('before 1.5 says nothing twice that was answered in two forms', () => {
    const mapping = { containerPort: 8080, hostPort: 0, protocol: 'tcp' };
    const docker = { image: 'acme/web:1', network: 'BRIDGE', portMappings: [{ ...mapping, servicePort: 10_001 }] };
    const answered = { ...ANSWERED, container: { type: 'DOCKER', docker }, ports: [10_001], uris: [], fetch: [] };

    const copy = copiedDefinition(answered, COPY);
    expect(copy).not.toHaveProperty('ports');
    expect(copy).not.toHaveProperty('uris');
    expect(copy['container']).toEqual({
      type: 'DOCKER',
      docker: { image: 'acme/web:2', network: 'BRIDGE', portMappings: [mapping] },
    });
  });

  test('on the network of the host keeps its ports', () => {
    const answered = { ...ANSWERED, container: { docker: { image: 'acme/web:1' } }, ports: [10_001], uris: ['a.tgz'] };
    expect(copiedDefinition(answered, COPY)).toMatchObject({ ports: [10_001], uris: ['a.tgz'] });
  });

  test('is refused for what runs no image', () => {
    expect(() => copiedDefinition({ ...ANSWERED, container: null }, COPY)).toThrow('web-1 does not run an image');
  });
});
