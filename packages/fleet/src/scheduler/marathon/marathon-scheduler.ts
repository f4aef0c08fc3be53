import { isOchoError, OchoError } from 'ochopod-core';

import type { Application, ApplicationCopy, ApplicationSpec, ApplicationVersion } from '../application.ts';
import type { Change, ChangeOptions, PastVersion, Scheduler } from '../scheduler.ts';
import {
  answered,
  applicationsOf,
  DeploymentsAnswer,
  declinedBecause,
  InfoAnswer,
  VersionsAnswer,
  versionOf,
} from './answers.ts';
import { ChangeRequests } from './change-requests.ts';
import {
  contains,
  copiedDefinition,
  definitionOf,
  type Generation,
  generationOf,
  type Json,
  saysNoMoreThan,
  saysTheSame,
  withImage,
} from './definitions.ts';
import { EventWatch } from './event-watch.ts';
import { MarathonLook } from './look.ts';
import { MarathonHttp, type MarathonHttpOptions } from './marathon-http.ts';

export type MarathonOptions = MarathonHttpOptions;

/** What is not said stays as it was in an application that is there already. */
const UNLESS_SAID = { constraints: [], healthChecks: [] };

/** Marathon 0.11 to 1.11. Ids of applications are given without their leading slash. */
export class MarathonScheduler implements Scheduler {
  readonly #http: MarathonHttp;
  readonly #look: MarathonLook;
  readonly #changes: ChangeRequests;
  readonly #events: EventWatch;
  #generation: Generation | undefined;

  constructor(options: MarathonOptions) {
    this.#http = new MarathonHttp(options);
    this.#look = new MarathonLook(this.#http);
    this.#changes = new ChangeRequests({ ...options, http: this.#http, look: this.#look });
    this.#events = new EventWatch({ ...options, open: (path, signal) => this.#http.open(path, signal) });
  }

  async list(signal: AbortSignal): Promise<readonly Application[]> {
    const body = await this.#look.at(
      '/v2/apps?embed=apps.tasks&embed=apps.deployments&embed=apps.lastTaskFailure',
      signal,
    );
    return applicationsOf(body).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async get(id: string, signal: AbortSignal): Promise<Application | undefined> {
    return this.#look.application(id, signal);
  }

  async preview(spec: ApplicationSpec, signal: AbortSignal): Promise<Json> {
    return definitionOf(spec, await this.#generationOf(signal));
  }

  async create(spec: ApplicationSpec, options: ChangeOptions): Promise<Change> {
    return this.#changes.create(spec.id, definitionOf(spec, await this.#generationOf(options.signal)), options);
  }

  async copy(id: string, copy: ApplicationCopy, options: ChangeOptions): Promise<Change> {
    if (options.ifVersion !== undefined) await this.#changes.refuseUnless(id, options.ifVersion, options.signal);
    return this.#changes.create(
      copy.id,
      copiedDefinition(await this.#look.definition(id, options.signal), copy),
      options,
    );
  }

  async replace(id: string, spec: ApplicationSpec, options: ChangeOptions): Promise<Change> {
    const { id: _own, ...definition } = definitionOf(spec, await this.#generationOf(options.signal));
    const body = { ...UNLESS_SAID, ...definition };
    return this.#changes.put(id, body, options);
  }

  async setImage(id: string, image: string, options: ChangeOptions): Promise<Change> {
    const body = { container: withImage(await this.#look.definition(id, options.signal), image) };
    return this.#changes.put(id, body, options);
  }

  scale(id: string, instances: number, options: ChangeOptions): Promise<Change> {
    return this.#changes.put(id, { instances }, options);
  }

  removeTasks(id: string, tasks: readonly string[], options: ChangeOptions): Promise<Change> {
    const path = `/v2/tasks/delete?scale=true${options.force ? '&force=true' : ''}`;
    return this.#changes.change(id, { method: 'POST', path, body: { ids: tasks } }, options);
  }

  delete(id: string, options: ChangeOptions): Promise<Change> {
    const call = { method: 'DELETE', path: `/v2/apps/${id}?force=${options.force}`, isDoneWhenMissing: true } as const;
    return this.#changes.change(id, call, options);
  }

  async versions(id: string, signal: AbortSignal): Promise<readonly ApplicationVersion[]> {
    const { versions } = answered(VersionsAnswer, await this.#look.at(`/v2/apps/${id}/versions`, signal));
    // Some Marathons answer them in no order at all.
    const newestFirst = [...versions].sort().reverse();
    return Promise.all(
      newestFirst.map(async (version) => ({
        ...versionOf(await this.#look.at(`/v2/apps/${id}/versions/${version}`, signal)),
        version,
      })),
    );
  }

  rollback(id: string, version: string, options: ChangeOptions): Promise<Change> {
    return this.#changes.put(id, { version }, options);
  }

  async restore(id: string, { version: { image, definition }, labels }: PastVersion, options: ChangeOptions) {
    const { instances = 1 } = (await this.get(id, options.signal)) ?? {};
    const copy = { id, image: image ?? '', instances, labels };
    const { id: _own, ...body } = copiedDefinition(definition, copy);
    return this.#changes.put(id, body, options);
  }

  async undo({ id, application }: Change, options: ChangeOptions): Promise<Change> {
    const call = { method: 'DELETE', path: `/v2/deployments/${id}`, isDoneWhenMissing: true } as const;
    return this.#changes.change(application, call, options);
  }

  async versionsLikeNow(id: string, signal: AbortSignal): Promise<readonly string[]> {
    const present = await this.get(id, signal);
    if (present === undefined) return [];
    const versions = await this.versions(id, signal);
    const now = versions.find(({ version }) => version === present.version);
    if (now === undefined) return [present.version];
    return versions.filter((each) => saysTheSame(each.definition, now.definition)).map(({ version }) => version);
  }

  async isAlready(id: string, spec: ApplicationSpec, signal: AbortSignal): Promise<boolean> {
    const { id: _own, ...wanted } = definitionOf(spec, await this.#generationOf(signal));
    const app = await this.#look.answered(id, signal);
    return contains(app, { ...UNLESS_SAID, ...wanted }) && saysNoMoreThan(app, wanted);
  }

  async whyUnplaced(id: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return declinedBecause(await this.#look.at('/v2/queue', signal), id);
    } catch (error) {
      signal.throwIfAborted();
      // Nobody waits in vain since a Marathon has no queue, does not show it, or shows it in a way of its own.
      if (isOchoError(error)) return undefined;
      throw error;
    }
  }

  async untilDone(change: Change, signal: AbortSignal): Promise<void> {
    await this.#events.until(signal, async (failures) => {
      const reason = failures.get(change.id);
      if (reason !== undefined) {
        throw new OchoError(`the deployment of ${change.application} was given up: ${reason}`, { code: 'POD_FAILED' });
      }
      const deployments = answered(DeploymentsAnswer, await this.#look.at('/v2/deployments', signal));
      return !deployments.some(({ id }) => id === change.id);
    });
  }

  watch(onChange: () => void, signal: AbortSignal): void {
    void this.#events.listen(onChange, signal);
  }

  close(): void {
    this.#http.close();
  }

  async #generationOf(signal: AbortSignal): Promise<Generation> {
    this.#generation ??= generationOf(answered(InfoAnswer, await this.#look.at('/v2/info', signal)).version);
    return this.#generation;
  }
}
