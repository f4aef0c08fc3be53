import type { App, AppDraft } from '../app/app.ts';
import type { Deployment } from './deployment.ts';
import type { Instance } from './instance.ts';

/**
 * What should run, what does run, and the deployments that bring the second to the first. Says what happens on the
 * event bus. Ids of applications are absolute: `/a/b`.
 *
 * Changes apply at once to what should run; the deployment that is returned is what remains to be done. They throw
 * `OchoError`s: `NOT_FOUND` for an unknown application, version, deployment or task, `CONFLICT` when another deployment
 * has locked the application and `force` is false (`details.deployments`: its id), `DENIED` when 100 deployments run.
 */
export interface Engine {
  /** Ordered by id. */
  apps(): readonly App[];
  app(id: string): App | undefined;
  /** Newest first; at most 50. */
  versions(id: string): readonly string[];
  version(id: string, version: string): App | undefined;
  /** Also of applications that were deleted and whose tasks are still ending. */
  instances(appId?: string): readonly Instance[];
  deployments(): readonly Deployment[];
  lastFailure(appId: string): TaskFailure | undefined;
  queue(): readonly Queued[];

  /** Make these applications what the drafts say: each is created, scaled or replaced, or not touched when equal. */
  update(drafts: readonly AppDraft[], options: ChangeOptions): Deployment;
  /** Replace every task of the application, its definition unchanged. */
  restart(appId: string, options: ChangeOptions): Deployment;
  delete(appId: string, options: ChangeOptions): Deployment;
  /**
   * Kill tasks and launch others in their place; unknown ones are passed over.
   *
   * @param options.wipe forget their instances, so that new ones take their place
   * @returns the instances whose tasks are being killed
   */
  kill(taskIds: readonly string[], options: { readonly wipe: boolean }): readonly Instance[];
  /** Kill these tasks, and make their applications smaller by as many as were alive. */
  killAndScale(taskIds: readonly string[], options: ChangeOptions): Deployment;
  /**
   * Undo a deployment with another one.
   *
   * @param options.force leave things as they are instead; nothing is returned then
   */
  cancel(deploymentId: string, options: ChangeOptions): Deployment | undefined;
  /** Launch tasks that wait after failures. @returns whether there was anything in the queue */
  resetDelay(appId: string): boolean;
  /** Kill every task by its process group, and stop. */
  close(): Promise<void>;
}

export interface ChangeOptions {
  /** Take over from deployments that have locked the application; they fail. */
  readonly force: boolean;
}

export interface TaskFailure {
  readonly appId: string;
  readonly taskId: string;
  readonly host: string;
  readonly message: string;
  readonly state: 'TASK_FAILED' | 'TASK_FINISHED' | 'TASK_KILLED';
  /** ISO-8601. */
  readonly timestamp: string;
  /** Of the definition that the task was launched with. */
  readonly version: string;
  readonly slaveId: string;
}

/** Tasks that are yet to be launched. */
export interface Queued {
  readonly app: App;
  readonly count: number;
  /** How much longer the application waits after failures. */
  readonly delaySeconds: number;
  /** ISO-8601. */
  readonly since: string;
}
