import { describe, expect, test } from 'vitest';

import type { Condition } from '../../src/marathon/engine/instance.ts';
import { applicationsOf, type SeenEngine } from '../../src/sandbox/application-status.ts';

describe('how an application is', () => {
  test('counts those that run, and nothing as healthy where nothing is checked', () => {
    const [status] = applicationsOf(engineWith({ instances: ['Running', 'Running', 'Staging', 'Killing'] }));

    expect(status).toEqual({ id: '/web', instances: 3, running: 2, isDeploying: false });
  });

  test('counts as healthy whose every check was answered, and with yes', () => {
    const health = [[], [true], [true, false], [true, true]];
    const [status] = applicationsOf(engineWith({ instances: ['Running', 'Running', 'Running', 'Running'], health }));

    expect(status).toMatchObject({ running: 4, healthy: 1 });
  });

  test('says that it is being deployed, and why its last task failed', () => {
    const [status] = applicationsOf(engineWith({ instances: [], deploying: ['/web'], failure: 'exited with 3' }));

    expect(status).toMatchObject({ running: 0, isDeploying: true, lastFailure: 'exited with 3' });
  });
});

interface World {
  readonly instances: readonly Condition[];
  /** What each check of each instance answered; there are two checks when it is given. */
  readonly health?: readonly (readonly boolean[])[];
  readonly deploying?: readonly string[];
  readonly failure?: string;
}

function engineWith({ instances, health, deploying = [], failure }: World): SeenEngine {
  const app = { id: '/web', instances: 3, healthChecks: health === undefined ? [] : [{}, {}] };
  return {
    apps: () => [app],
    instances: () =>
      instances.map((condition, at) => ({ condition, health: (health?.[at] ?? []).map((alive) => ({ alive })) })),
    deployments: () => (deploying.length === 0 ? [] : [{ affectedApps: deploying }]),
    lastFailure: () => (failure === undefined ? undefined : { message: failure }),
  } as unknown as SeenEngine;
}
