import type { App } from '../marathon/app/app.ts';
import type { Engine } from '../marathon/engine/engine.ts';
import type { Instance } from '../marathon/engine/instance.ts';

export interface ApplicationStatus {
  /** `/demo/web` */
  readonly id: string;
  /** How many there should be. */
  readonly instances: number;
  readonly running: number;
  /** Of those that run; nothing for an application without health checks. */
  readonly healthy?: number;
  readonly isDeploying: boolean;
  /** Why its last task ended that should not have. */
  readonly lastFailure?: string;
}

/** What is looked at. */
export type SeenEngine = Pick<Engine, 'apps' | 'instances' | 'deployments' | 'lastFailure'>;

export function applicationsOf(engine: SeenEngine): readonly ApplicationStatus[] {
  const deploying = new Set(engine.deployments().flatMap(({ affectedApps }) => affectedApps));
  return engine.apps().map((app) => {
    const running = engine.instances(app.id).filter(({ condition }) => condition === 'Running');
    const lastFailure = engine.lastFailure(app.id)?.message;
    return {
      id: app.id,
      instances: app.instances,
      running: running.length,
      ...(app.healthChecks.length > 0 && { healthy: running.filter((one) => isHealthy(app, one)).length }),
      isDeploying: deploying.has(app.id),
      ...(lastFailure !== undefined && { lastFailure }),
    };
  });
}

function isHealthy({ healthChecks }: App, { health }: Instance): boolean {
  return health.length >= healthChecks.length && health.every(({ alive }) => alive);
}
