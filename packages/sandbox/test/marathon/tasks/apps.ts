import type { App, HealthCheck } from '../../../src/marathon/app/app.ts';
import { draft } from '../engine/drafts.ts';

const AT = '2026-01-01T00:00:00.000Z';

/** An application, complete; what a test is about is given. */
export function appWith(given: Partial<App> = {}): App {
  const { cmd: _command, portDefinitions: _ports, ...plain } = draft({ id: '/demo/web' });
  return { ...plain, version: AT, versionInfo: { lastScalingAt: AT, lastConfigChangeAt: AT }, ...given };
}

export function imageApp(image: string, given: Partial<App> = {}): App {
  return appWith({
    container: {
      type: 'DOCKER',
      docker: { image, forcePullImage: false, privileged: false, parameters: [] },
      portMappings: [{ containerPort: 8080, hostPort: 0, servicePort: 10_000, protocol: 'tcp', labels: {} }],
      volumes: [],
    },
    networks: [{ mode: 'container/bridge' }],
    ...given,
  });
}

export function healthCheck(given: Partial<HealthCheck> = {}): HealthCheck {
  return {
    protocol: 'HTTP',
    path: '/',
    gracePeriodSeconds: 300,
    intervalSeconds: 60,
    timeoutSeconds: 20,
    delaySeconds: 15,
    maxConsecutiveFailures: 3,
    ignoreHttp1xx: false,
    ...given,
  };
}

export const definedPort = { port: 10_000, protocol: 'tcp', labels: {} };
