import { type ApplicationSpec, definitionOf } from 'ochopod-fleet/scheduler';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { FleetStage } from '../support/fleet-stage.ts';

const SPEC: ApplicationSpec = {
  id: 'ochopod.demo.web-2026-01-31-23-59-59',
  image: 'registry:5000/acme/web@sha256:0123456789abcdef',
  command: ['serve', '--fast'],
  instances: 0,
  ports: [
    { container: 8080, host: 0, protocol: 'tcp' },
    { container: 9000, host: 9000, protocol: 'udp' },
  ],
  env: { ochopod_cluster: 'web', pod: '{"a":1}' },
  labels: { team: 'blue' },
  resources: { cpus: 0.5, mem: 64, disk: 10 },
  hostVolumes: ['/etc/mesos', '/opt/mesosphere'],
  health: { path: '/healthz', port: 8080, grace: 30, interval: 5, timeout: 2, failures: 3 },
  upgrade: { minimumHealthy: 0.5, maximumOver: 0.5 },
  constraints: [['hostname', 'UNIQUE']],
  verbatim: { backoffSeconds: 2 },
};

let stage: FleetStage;

beforeAll(async () => {
  stage = await FleetStage.open({ images: { '*': 'e2e/pods/plain.js' } });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

test.each(['since 1.5', 'before 1.5'] as const)('what we say to Marathons %s keeps their rules', async (generation) => {
  const id = generation === 'since 1.5' ? 'ochopod.demo.new-web' : 'ochopod.demo.old-web';
  const created = await stage.api('POST', '/v2/apps', definitionOf({ ...SPEC, id }, generation));

  expect(created).toMatchObject({
    id: `/${id}`,
    networks: [{ mode: 'container/bridge' }],
    container: {
      docker: { image: SPEC.image, forcePullImage: true },
      portMappings: [
        { containerPort: 8080, hostPort: 0, protocol: 'tcp' },
        { containerPort: 9000, hostPort: 9000, protocol: 'udp' },
      ],
    },
    healthChecks: [{ protocol: 'HTTP', path: '/healthz', portIndex: 0, maxConsecutiveFailures: 3 }],
    upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.5 },
    constraints: [['hostname', 'UNIQUE']],
    backoffSeconds: 2,
  });
});
