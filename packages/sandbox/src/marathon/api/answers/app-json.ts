import { own } from 'ochopod-core';

import type { App } from '../../app/app.ts';
import type { Agent } from '../../engine/agent.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Instance } from '../../engine/instance.ts';
import { type Counts, countsOf } from './counts.ts';
import { readinessOf } from './deployment-json.ts';
import { isListed, taskJson } from './task-json.ts';

/** What can be told of an application beside its definition. */
export type Embed = 'tasks' | 'counts' | 'deployments' | 'readiness' | 'lastTaskFailure' | 'taskStats';

const EMBEDS: Readonly<Record<string, readonly Embed[]>> = {
  tasks: ['tasks'],
  counts: ['counts'],
  deployments: ['deployments'],
  readiness: ['readiness'],
  lastTaskFailure: ['lastTaskFailure'],
  failures: ['tasks', 'lastTaskFailure'],
  taskStats: ['taskStats'],
};

/** What is asked for as `apps.tasks`, `app.tasks` or `group.apps.tasks`; the rest is passed over. */
export function embedsOf(names: readonly string[]): readonly Embed[] {
  return names.flatMap((name) => own(EMBEDS, /^(?:group\.)?apps?\.(\w+)$/.exec(name)?.[1] ?? '') ?? []);
}

export interface AppJsonOptions {
  readonly engine: Engine;
  readonly agent: Agent;
  readonly embeds: readonly Embed[];
}

export function appJson(app: App, { engine, agent, embeds }: AppJsonOptions) {
  const instances = engine.instances(app.id);
  const tell: Readonly<Record<Embed, () => object>> = {
    counts: () => countsJson(countsOf(instances)),
    deployments: () => ({ deployments: deploymentsOf(app.id, engine) }),
    readiness: () => ({ readinessCheckResults: readinessOf(app.id, engine) }),
    tasks: () => ({ tasks: instances.filter(isListed).map((instance) => taskJson(instance, agent)) }),
    lastTaskFailure: () => lastTaskFailure(app.id, engine),
    taskStats: () => ({ taskStats: taskStats(app, instances) }),
  };
  return Object.assign({}, app, ...embeds.map((embed) => tell[embed]()));
}

/** Of one that nothing runs of yet. */
export const NO_TASKS = countsJson({ staged: 0, running: 0, healthy: 0, unhealthy: 0 });

function countsJson({ staged, running, healthy, unhealthy }: Counts) {
  return { tasksStaged: staged, tasksRunning: running, tasksHealthy: healthy, tasksUnhealthy: unhealthy };
}

function deploymentsOf(appId: string, engine: Engine) {
  return engine
    .deployments()
    .filter(({ affectedApps }) => affectedApps.includes(appId))
    .map(({ id }) => ({ id }));
}

function lastTaskFailure(appId: string, engine: Engine) {
  const failure = engine.lastFailure(appId);
  return failure === undefined ? {} : { lastTaskFailure: failure };
}

function taskStats({ version, versionInfo }: App, instances: readonly Instance[]) {
  const isLatest = ({ app }: Instance) => app.versionInfo.lastConfigChangeAt === versionInfo.lastConfigChangeAt;
  return {
    ...stats(
      'startedAfterLastScaling',
      instances.filter(({ app }) => app.version === version),
    ),
    ...stats('withLatestConfig', instances.filter(isLatest)),
    ...stats(
      'withOutdatedConfig',
      instances.filter((instance) => !isLatest(instance)),
    ),
    ...stats('totalSummary', instances),
  };
}

function stats(name: string, instances: readonly Instance[]) {
  return instances.length === 0 ? {} : { [name]: { stats: { counts: countsOf(instances) } } };
}
