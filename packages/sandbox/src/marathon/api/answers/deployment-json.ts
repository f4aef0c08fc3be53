import type { Deployment } from '../../engine/deployment.ts';
import type { Engine } from '../../engine/engine.ts';

/** What a change answers: the deployment that brings it about. */
export function deploymentResult({ id, version }: Deployment) {
  return { version, deploymentId: id };
}

export function deploymentJson(deployment: Deployment, engine: Engine) {
  const { id, version, affectedApps, steps, currentStep, currentActions } = deployment;
  return {
    id,
    version,
    affectedApps,
    affectedPods: [],
    steps: steps.map(({ actions }) => ({ actions: actions.map(({ action, app }) => ({ action, app })) })),
    currentActions: currentActions.map(({ action, app }) => ({
      action,
      app,
      readinessCheckResults: readinessOf(app, engine),
    })),
    currentStep,
    totalSteps: steps.length,
  };
}

/** What the readiness checks of the tasks that a deployment brings have said so far. */
export function readinessOf(appId: string, engine: Engine) {
  const since = engine.app(appId)?.versionInfo.lastConfigChangeAt;
  return engine
    .instances(appId)
    .filter(({ app, condition }) => app.versionInfo.lastConfigChangeAt === since && condition === 'Running')
    .flatMap(({ app, taskId, isReady }) =>
      isReady === undefined ? [] : app.readinessChecks.map(({ name }) => ({ name, taskId, ready: isReady })),
    );
}
