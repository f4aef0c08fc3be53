import { type BackoffPolicy, backoffMs, isOchoError, OchoError } from 'ochopod-core';

import type { Application, ApplicationCopy, ApplicationSpec, ApplicationVersion } from '../application.ts';
import type { Change, ChangeOptions, PastVersion, Scheduler } from '../scheduler.ts';
import {
  answered,
  applicationOf,
  applicationsOf,
  ChangeAnswer,
  CreatedAnswer,
  DeploymentsAnswer,
  declinedBecause,
  InfoAnswer,
  VersionsAnswer,
  versionOf,
} from './answers.ts';
import {
  contains,
  copiedDefinition,
  definitionOf,
  type Generation,
  generationOf,
  type Json,
  saysNoMoreThan,
  withImage,
} from './definitions.ts';
import { EventWatch } from './event-watch.ts';
import { type Answer, type Call, MarathonHttp, type MarathonHttpOptions } from './marathon-http.ts';
import { accepted, blockers } from './refusals.ts';

export type MarathonOptions = MarathonHttpOptions;

/** Between two tries at an application that a deployment has locked; the end of that deployment is also told by an event. */
const LOCKED: BackoffPolicy = { firstMs: 500, maxMs: 10_000, factor: 2, jitter: 0.3 };

/** What is not said stays as it was in an application that is there already. */
const UNLESS_SAID = { constraints: [], healthChecks: [] };

/** Marathon 0.11 to 1.11. Ids of applications are given without their leading slash. */
export class MarathonScheduler implements Scheduler {
  readonly #http: MarathonHttp;
  readonly #options: MarathonOptions;
  readonly #events: EventWatch;
  #generation: Generation | undefined;

  constructor(options: MarathonOptions) {
    this.#options = options;
    this.#http = new MarathonHttp(options);
    this.#events = new EventWatch({ ...options, open: (path, signal) => this.#http.open(path, signal) });
  }

  async list(signal: AbortSignal): Promise<readonly Application[]> {
    const body = await this.#get('/v2/apps?embed=apps.tasks&embed=apps.deployments&embed=apps.lastTaskFailure', signal);
    return applicationsOf(body).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async get(id: string, signal: AbortSignal): Promise<Application | undefined> {
    const body = await orUndefined(this.#get(`/v2/apps/${id}`, signal));
    return body === undefined ? undefined : applicationOf(body);
  }

  async preview(spec: ApplicationSpec, signal: AbortSignal): Promise<Json> {
    return definitionOf(spec, await this.#generationOf(signal));
  }

  async create(spec: ApplicationSpec, options: ChangeOptions): Promise<Change> {
    return this.#create(spec.id, definitionOf(spec, await this.#generationOf(options.signal)), options);
  }

  async copy(id: string, copy: ApplicationCopy, options: ChangeOptions): Promise<Change> {
    if (options.ifVersion !== undefined) await this.#refuseUnless(id, options.ifVersion, options.signal);
    return this.#create(copy.id, copiedDefinition(await this.#latest(id, options.signal), copy), options);
  }

  async replace(id: string, spec: ApplicationSpec, options: ChangeOptions): Promise<Change> {
    const { id: _own, ...definition } = definitionOf(spec, await this.#generationOf(options.signal));
    const body = { ...UNLESS_SAID, ...definition };
    return this.#put(id, body, options);
  }

  async setImage(id: string, image: string, options: ChangeOptions): Promise<Change> {
    const body = { container: withImage(await this.#latest(id, options.signal), image) };
    return this.#put(id, body, options);
  }

  scale(id: string, instances: number, options: ChangeOptions): Promise<Change> {
    return this.#put(id, { instances }, options);
  }

  removeTasks(id: string, tasks: readonly string[], options: ChangeOptions): Promise<Change> {
    const path = `/v2/tasks/delete?scale=true${options.force ? '&force=true' : ''}`;
    return this.#change(id, { method: 'POST', path, body: { ids: tasks } }, options);
  }

  delete(id: string, options: ChangeOptions): Promise<Change> {
    const call = { method: 'DELETE', path: `/v2/apps/${id}?force=${options.force}`, isDoneWhenMissing: true } as const;
    return this.#change(id, call, options);
  }

  async versions(id: string, signal: AbortSignal): Promise<readonly ApplicationVersion[]> {
    const { versions } = answered(VersionsAnswer, await this.#get(`/v2/apps/${id}/versions`, signal));
    // Some Marathons answer them in no order at all.
    const newestFirst = [...versions].sort().reverse();
    return Promise.all(
      newestFirst.map(async (version) => ({
        ...versionOf(await this.#get(`/v2/apps/${id}/versions/${version}`, signal)),
        version,
      })),
    );
  }

  rollback(id: string, version: string, options: ChangeOptions): Promise<Change> {
    return this.#put(id, { version }, options);
  }

  async restore(id: string, { version: { image, definition }, labels }: PastVersion, options: ChangeOptions) {
    const { instances = 1 } = (await this.get(id, options.signal)) ?? {};
    const copy = { id, image: image ?? '', instances, labels };
    const { id: _own, ...body } = copiedDefinition(definition, copy);
    return this.#put(id, body, options);
  }

  async undo({ id, application }: Change, options: ChangeOptions): Promise<Change> {
    const call = { method: 'DELETE', path: `/v2/deployments/${id}`, isDoneWhenMissing: true } as const;
    return this.#change(application, call, options);
  }

  async isAlready(id: string, spec: ApplicationSpec, signal: AbortSignal): Promise<boolean> {
    const { id: _own, ...wanted } = definitionOf(spec, await this.#generationOf(signal));
    const { app } = (await this.#get(`/v2/apps/${id}`, signal)) as { app: Json };
    return contains(app, { ...UNLESS_SAID, ...wanted }) && saysNoMoreThan(app, wanted);
  }

  async whyUnplaced(id: string, signal: AbortSignal): Promise<string | undefined> {
    const body = await orUndefined(this.#get('/v2/queue', signal));
    return body === undefined ? undefined : declinedBecause(body, id);
  }

  async untilDone(change: Change, signal: AbortSignal): Promise<void> {
    await this.#events.until(signal, async (failures) => {
      const reason = failures.get(change.id);
      if (reason !== undefined) {
        throw new OchoError(`the deployment of ${change.application} was given up: ${reason}`, { code: 'POD_FAILED' });
      }
      const deployments = answered(DeploymentsAnswer, await this.#get('/v2/deployments', signal));
      return !deployments.some(({ id }) => id === change.id);
    });
  }

  watch(onChange: () => void, signal: AbortSignal): void {
    void this.#events.listen(onChange, signal);
  }

  close(): void {
    this.#http.close();
  }

  async #create(id: string, body: Json, options: ChangeOptions): Promise<Change> {
    const call = { method: 'POST', path: `/v2/apps${forced(options)}`, body } as const;
    const answer = await this.#http.ask(call, options.signal);
    if (answer.status === 409 && answer.isUncertain) return this.#changeUnderWay(id, options.signal);
    const { version, deployments } = answered(CreatedAnswer, accepted(answer, `to create ${id}`));
    return { id: deployments[0]?.id ?? '', application: id, version };
  }

  /** Marathon answers a new version also where nothing was to be changed, and the application keeps its own. */
  async #versionAfter(application: string, { version, answer, options }: AcceptedChange): Promise<string> {
    const { ifVersion, signal } = options;
    if (ifVersion === undefined && !answer.isUncertain) return version;
    const present = (await this.get(application, signal))?.version ?? version;
    // What was carried out before its answer was lost changes nothing when it is asked for once more.
    return answer.isUncertain || present === ifVersion ? present : version;
  }

  #put(id: string, body: Json, options: ChangeOptions): Promise<Change> {
    return this.#change(id, { method: 'PUT', path: `/v2/apps/${id}${forced(options)}`, body }, options);
  }

  async #change(application: string, call: ChangeCall, options: ChangeOptions): Promise<Change> {
    const answer = await this.#untilUnlocked(application, call, options);
    if ('version' in answer) return answer;
    if (answer.status === 404 && answer.isUncertain && call.isDoneWhenMissing === true) {
      return this.#changeUnderWay(application, options.signal);
    }
    if ([400, 422].includes(answer.status) && (await this.#isMissing(application, options.signal))) {
      throw new OchoError(`Marathon has no application ${application}`, { code: 'NOT_FOUND' });
    }
    const body = accepted(answer, `${call.method} of ${application}`);
    const { deploymentId: id, version } = answered(ChangeAnswer, body);
    return { id, application, version: await this.#versionAfter(application, { version, answer, options }) };
  }

  /** Marathon creates whom it is told to change, and refuses that for what the change does not say of the new one. */
  async #isMissing(id: string, signal: AbortSignal): Promise<boolean> {
    try {
      return (await this.get(id, signal)) === undefined;
    } catch {
      return false; // what it refused is all that is known
    }
  }

  /** @returns the change itself when it is our own, of which no answer came, that has locked the application */
  async #untilUnlocked(application: string, call: ChangeCall, options: ChangeOptions): Promise<Answer | Change> {
    let told = false;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#tell(application, call, options);
      const [blocker] = answer.status === 409 ? blockers(answer.body) : [];
      if (blocker === undefined) return answer;
      if (answer.isUncertain && (await this.#isDone(application, call, options.signal))) {
        return this.#changeUnderWay(application, options.signal);
      }
      if (!told) options.onBlocked?.(blocker);
      told = true;
      await this.#letGo(blocker, tries, options.signal);
    }
  }

  async #tell(application: string, call: ChangeCall, { ifVersion, signal }: ChangeOptions): Promise<Answer> {
    if (ifVersion !== undefined) await this.#refuseUnless(application, ifVersion, signal);
    return this.#http.ask(call, signal);
  }

  async #letGo(blocker: string, tries: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    try {
      await clock.sleep(backoffMs(LOCKED, tries, random()), signal);
    } catch (error) {
      throw isOchoError(error, 'TIMEOUT') ? stillLocked(blocker, error) : error;
    }
  }

  /** Marathon knows no condition: between this look and the change there is a moment left. */
  async #refuseUnless(application: string, version: string, signal: AbortSignal): Promise<void> {
    const present = (await this.get(application, signal))?.version;
    if (present === undefined || present === version) return;
    throw new OchoError(`somebody else has changed ${application}: it has version ${present}, and not ${version}`, {
      code: 'CONFLICT',
      hint: 'Look with `ocho history` what it was, and run the same command again.',
      details: { version: present },
    });
  }

  /** Whether an application is as a request of ours, whose answer was lost, has made it. */
  async #isDone(application: string, { body }: Call, signal: AbortSignal): Promise<boolean> {
    const wanted = body as Json | undefined;
    if (wanted === undefined || 'ids' in wanted || 'version' in wanted) return false;
    const { app } = (await this.#get(`/v2/apps/${application}`, signal)) as { app: Json };
    return contains(app, wanted);
  }

  /** Our request was carried out, and its answer lost. */
  async #changeUnderWay(application: string, signal: AbortSignal): Promise<Change> {
    const present = await this.get(application, signal);
    if (present !== undefined) return { id: present.changes[0] ?? '', application, version: present.version };
    const deployments = answered(DeploymentsAnswer, await this.#get('/v2/deployments', signal));
    const ours = deployments.find(({ affectedApps }) => affectedApps.includes(`/${application}`));
    return { id: ours?.id ?? '', application, version: '' };
  }

  async #latest(id: string, signal: AbortSignal): Promise<Json> {
    const { app } = (await this.#get(`/v2/apps/${id}`, signal)) as { app: { version: string } };
    return (await this.#get(`/v2/apps/${id}/versions/${app.version}`, signal)) as Json;
  }

  async #generationOf(signal: AbortSignal): Promise<Generation> {
    this.#generation ??= generationOf(answered(InfoAnswer, await this.#get('/v2/info', signal)).version);
    return this.#generation;
  }

  async #get(path: string, signal: AbortSignal): Promise<unknown> {
    return accepted(await this.#http.ask({ method: 'GET', path }, signal), `GET ${path}`);
  }
}

interface ChangeCall extends Call {
  /** What was to go is not there: when an answer was lost before, it is gone because of us. */
  readonly isDoneWhenMissing?: boolean;
}

function stillLocked(blocker: string, cause: OchoError): OchoError {
  return new OchoError(`deployment ${blocker} is under way and did not end in time`, {
    code: 'CONFLICT',
    hint: 'Wait for it, or take over from it with --force-deployment.',
    details: { changes: [blocker] },
    cause,
  });
}

interface AcceptedChange {
  /** As it was answered. */
  readonly version: string;
  readonly answer: Answer;
  readonly options: ChangeOptions;
}

const forced = ({ force }: ChangeOptions): string => (force ? '?force=true' : '');

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isOchoError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
