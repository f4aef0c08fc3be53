import { describe, expect, test } from 'vitest';

import type { ApplicationSpec } from '../../src/scheduler/application.ts';
import { definitionOf, generationOf } from '../../src/scheduler/marathon/definitions.ts';

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
