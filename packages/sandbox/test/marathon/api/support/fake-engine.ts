import { OchoError } from 'ochopod-core';

import type { App, AppDraft } from '../../../../src/marathon/app/app.ts';
import { changeBetween } from '../../../../src/marathon/app/change.ts';
import type { Deployment, DeploymentAction } from '../../../../src/marathon/engine/deployment.ts';
import type { ChangeOptions, Engine, Queued, TaskFailure } from '../../../../src/marathon/engine/engine.ts';
import type { Instance } from '../../../../src/marathon/engine/instance.ts';

/** Keeps what it is told. Nothing runs and no deployment ends before a test says so; it locks as the real one does. */
export class FakeEngine implements Engine {
  readonly asked: unknown[] = [];
  readonly #versions = new Map<string, App[]>();
  readonly #instances = new Map<string, Instance>();
  readonly #deployments = new Map<string, Deployment>();
  readonly #failures = new Map<string, TaskFailure>();
  #queue: readonly Queued[] = [];
  #count = 0;

  apps(): readonly App[] {
    const apps = [...this.#versions.values()].flatMap(([app]) => (app === undefined ? [] : [app]));
    return apps.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  app(id: string): App | undefined {
    return this.#versions.get(id)?.[0];
  }

  versions(id: string): readonly string[] {
    return (this.#versions.get(id) ?? []).map(({ version }) => version);
  }

  version(id: string, version: string): App | undefined {
    return this.#versions.get(id)?.find((app) => app.version === version);
  }

  instances(appId?: string): readonly Instance[] {
    return [...this.#instances.values()].filter(({ app }) => appId === undefined || app.id === appId);
  }

  deployments(): readonly Deployment[] {
    return [...this.#deployments.values()];
  }

  lastFailure(appId: string): TaskFailure | undefined {
    return this.#failures.get(appId);
  }

  queue(): readonly Queued[] {
    return this.#queue;
  }

  update(drafts: readonly AppDraft[], options: ChangeOptions): Deployment {
    this.asked.push(['update', drafts.map(({ id }) => id), options]);
    const changed = drafts.filter((draft) => changeBetween(this.app(draft.id), draft) !== 'none');
    const deployment = this.#deploy('ScaleApplication', changed, options);
    for (const draft of changed) this.#put(draft, deployment.version);
    return deployment;
  }

  restart(appId: string, options: ChangeOptions): Deployment {
    this.asked.push(['restart', appId, options]);
    return this.#deploy('RestartApplication', [{ id: appId }], options);
  }

  delete(appId: string, options: ChangeOptions): Deployment {
    this.asked.push(['delete', appId, options]);
    const deployment = this.#deploy('StopApplication', [{ id: appId }], options);
    this.#versions.delete(appId);
    return deployment;
  }

  kill(taskIds: readonly string[], options: { readonly wipe: boolean }): readonly Instance[] {
    this.asked.push(['kill', taskIds, options]);
    const killed = this.instances().filter(({ taskId }) => taskIds.includes(taskId));
    return killed.map((instance) => this.run({ ...instance, condition: 'Killing' }));
  }

  killAndScale(taskIds: readonly string[], options: ChangeOptions): Deployment {
    this.asked.push(['killAndScale', taskIds, options]);
    const apps = this.instances().flatMap(({ app, taskId }) => (taskIds.includes(taskId) ? [app] : []));
    return this.#deploy('ScaleApplication', apps, options);
  }

  cancel(deploymentId: string, options: ChangeOptions): Deployment | undefined {
    this.asked.push(['cancel', deploymentId, options]);
    const apps = this.#deployments.get(deploymentId)?.affectedApps ?? [];
    this.#deployments.delete(deploymentId);
    if (options.force) return undefined;
    return this.#deploy(
      'ScaleApplication',
      apps.map((id) => ({ id })),
      options,
    );
  }

  resetDelay(appId: string): boolean {
    this.asked.push(['resetDelay', appId]);
    return this.#queue.some(({ app }) => app.id === appId);
  }

  async close(): Promise<void> {
    this.asked.push(['close']);
  }

  /** A task of an application, with whatever is said of it. */
  run({ app, ...said }: Partial<Instance> & Pick<Instance, 'app'>): Instance {
    this.#count += 1;
    const id = said.id ?? `${app.id.slice(1).replaceAll('/', '_')}.instance-00000000-0000-11e5-0000-${this.#count}`;
    const instance: Instance = {
      app,
      incarnation: 1,
      condition: 'Running',
      hostPorts: [31_000 + this.#count],
      stagedAt: '2026-01-01T00:00:01.000Z',
      startedAt: '2026-01-01T00:00:02.000Z',
      health: [],
      isReady: undefined,
      directory: undefined,
      taskId: `${id}._app.1`,
      ...said,
      id,
    };
    this.#instances.set(id, instance);
    return instance;
  }

  finishDeployments(): void {
    this.#deployments.clear();
  }

  failed(failure: TaskFailure): void {
    this.#failures.set(failure.appId, failure);
  }

  waits(queue: readonly Queued[]): void {
    this.#queue = queue;
  }

  #put(draft: AppDraft, version: string): void {
    const app: App = { ...draft, version, versionInfo: { lastScalingAt: version, lastConfigChangeAt: version } };
    this.#versions.set(draft.id, [app, ...(this.#versions.get(draft.id) ?? [])]);
  }

  #deploy(action: DeploymentAction['action'], apps: readonly { id: string }[], { force }: ChangeOptions): Deployment {
    this.#count += 1;
    const affectedApps = apps.map(({ id }) => id);
    const locked = this.deployments().filter((other) => other.affectedApps.some((id) => affectedApps.includes(id)));
    if (locked.length > 0 && !force) {
      throw new OchoError('locked', { code: 'CONFLICT', details: { deployments: locked.map(({ id }) => id) } });
    }
    for (const { id } of locked) this.#deployments.delete(id);
    const actions = affectedApps.map((app) => ({ action, app }));
    const deployment: Deployment = {
      id: `d0000000-0000-0000-0000-00000000000${this.#count}`,
      version: `2026-01-01T00:00:00.${String(this.#count).padStart(3, '0')}Z`,
      affectedApps,
      steps: actions.length === 0 ? [] : [{ actions }],
      currentStep: 1,
      currentActions: actions,
    };
    if (actions.length > 0) this.#deployments.set(deployment.id, deployment);
    return deployment;
  }
}
