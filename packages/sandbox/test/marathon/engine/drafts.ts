import type { AppDraft, HealthCheck, ReadinessCheck } from '../../../src/marathon/app/app.ts';

/** A small application as a request leaves it, with Marathon's defaults. */
export function draft(changes: Partial<AppDraft> = {}): AppDraft {
  return {
    id: '/web',
    cmd: 'sleep 1000',
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
    ...changes,
  };
}

export const HEALTH_CHECK: HealthCheck = {
  protocol: 'HTTP',
  path: '/',
  portIndex: 0,
  gracePeriodSeconds: 300,
  intervalSeconds: 60,
  timeoutSeconds: 20,
  delaySeconds: 15,
  maxConsecutiveFailures: 3,
  ignoreHttp1xx: false,
};

export const READINESS_CHECK: ReadinessCheck = {
  name: 'ready',
  protocol: 'HTTP',
  path: '/',
  portName: 'default',
  intervalSeconds: 30,
  timeoutSeconds: 10,
  httpStatusCodesForReady: [200],
  preserveLastResponse: false,
};
