import { type BackoffPolicy, backoffMs, type Clock, isOchoError, OchoError } from 'ochopod-core';
import { advised } from '../../advice.ts';

import type { Change, ChangeOptions } from '../scheduler.ts';
import { answered, ChangeAnswer, CreatedAnswer, DeploymentsAnswer } from './answers.ts';
import { contains, type Json } from './definitions.ts';
import type { MarathonLook } from './look.ts';
import type { Answer, Call, MarathonHttp } from './marathon-http.ts';
import { accepted, blockers } from './refusals.ts';

/** Between two tries at an application that a deployment has locked; the end of that deployment is also told by an event. */
const LOCKED: BackoffPolicy = { firstMs: 500, maxMs: 10_000, factor: 2, jitter: 0.3 };

export interface ChangeRequestsOptions {
  readonly http: MarathonHttp;
  readonly look: MarathonLook;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Has changes carried out once, whatever is lost on the wire: waits for what has locked an application, and finds out what
 * became of a request of which no answer came.
 */
export class ChangeRequests {
  readonly #http: MarathonHttp;
  readonly #look: MarathonLook;
  readonly #options: Pick<ChangeRequestsOptions, 'clock' | 'random'>;

  constructor({ http, look, ...options }: ChangeRequestsOptions) {
    this.#http = http;
    this.#look = look;
    this.#options = options;
  }

  /** Create an application. */
  async create(id: string, body: Json, options: ChangeOptions): Promise<Change> {
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
    const present = (await this.#look.application(application, signal))?.version ?? version;
    // What was carried out before its answer was lost changes nothing when it is asked for once more.
    return answer.isUncertain || present === ifVersion ? present : version;
  }

  /** Change what is said of an application. */
  put(id: string, body: Json, options: ChangeOptions): Promise<Change> {
    return this.change(id, { method: 'PUT', path: `/v2/apps/${id}${forced(options)}`, body }, options);
  }

  /** Any other change. */
  async change(application: string, call: ChangeCall, options: ChangeOptions): Promise<Change> {
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
      return (await this.#look.application(id, signal)) === undefined;
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
    if (ifVersion !== undefined) await this.refuseUnless(application, ifVersion, signal);
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
  async refuseUnless(application: string, version: string, signal: AbortSignal): Promise<void> {
    const present = (await this.#look.application(application, signal))?.version;
    if (present === undefined || present === version) return;
    throw new OchoError(`somebody else has changed ${application}: it has version ${present}, and not ${version}`, {
      code: 'CONFLICT',
      advice: advised({ to: 'see history' }),
      details: { version: present },
    });
  }

  /** Whether an application is as a request of ours, whose answer was lost, has made it. */
  async #isDone(application: string, { body }: Call, signal: AbortSignal): Promise<boolean> {
    const wanted = body as Json | undefined;
    if (wanted === undefined || 'ids' in wanted || 'version' in wanted) return false;
    return contains(await this.#look.answered(application, signal), wanted);
  }

  /** Our request was carried out, and its answer lost. */
  async #changeUnderWay(application: string, signal: AbortSignal): Promise<Change> {
    const present = await this.#look.application(application, signal);
    if (present !== undefined) return { id: present.changes[0] ?? '', application, version: present.version };
    const deployments = answered(DeploymentsAnswer, await this.#look.at('/v2/deployments', signal));
    const ours = deployments.find(({ affectedApps }) => affectedApps.includes(`/${application}`));
    return { id: ours?.id ?? '', application, version: '' };
  }
}

export interface ChangeCall extends Call {
  /** What was to go is not there: when an answer was lost before, it is gone because of us. */
  readonly isDoneWhenMissing?: boolean;
}

function stillLocked(blocker: string, cause: OchoError): OchoError {
  return new OchoError(`deployment ${blocker} is under way and did not end in time`, {
    code: 'CONFLICT',
    advice: advised({ to: 'wait or take over' }),
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

/** The query that takes over from another change. */
const forced = ({ force }: ChangeOptions): string => (force ? '?force=true' : '');
