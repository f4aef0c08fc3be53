import { type BackoffPolicy, backoffMs, isOchoError, type LeadershipState, messageOf, OchoError } from 'ochopod-core';
import { coordinatorPath } from 'ochopod-core/registry';
import { lead, type Mandate, type Session } from 'ochopod-core/zookeeper';

import { aborted } from './aborted.ts';
import { type ConductOptions, conduct } from './conduct.ts';
import type { Coordination } from './coordination.ts';
import type { Decision } from './decide.ts';
import { OwnRegistration, type OwnRegistrationOptions } from './own-registration.ts';
import { type ProbeOptions, ProbeRunner } from './probe-runner.ts';

export interface CoordinatorOptions
  extends OwnRegistrationOptions,
    Pick<ConductOptions, 'name' | 'settings' | 'control' | 'clock' | 'random'> {
  /** Open one ZooKeeper session. */
  readonly connect: (signal: AbortSignal) => Promise<Session>;
  readonly probe: ProbeOptions | undefined;
}

/** Between two sessions when there is no ZooKeeper to be had. */
const RECONNECT: BackoffPolicy = { firstMs: 200, maxMs: 10_000, factor: 2, jitter: 0.5 };

/**
 * The pod's life in ZooKeeper: register, contend, lead, and start over with a new session whenever one is lost.
 *
 * Whatever goes wrong in here ends the session and is tried again: a leader of which a part has failed must not go on
 * holding the lock.
 */
export class Coordinator implements Coordination {
  readonly #options: CoordinatorOptions;
  readonly #registration: OwnRegistration;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #sessionEnd = new AbortController();
  #state: LeadershipState = 'follower';
  /** What the leader decided last, and whether that is something to wait for. */
  #because = '';
  #pending = '';
  #probed = '';
  #note = '';

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#registration = new OwnRegistration(options);
    this.#running = this.#live();
  }

  get state(): LeadershipState {
    return this.#state;
  }

  get status(): string {
    const status = this.#pending === '' ? this.#probed : `* ${this.#pending}`;
    return [status, this.#note].filter((each) => each !== '').join('; ');
  }

  get registered(): boolean {
    return this.#registration.stands;
  }

  async reset(signal: AbortSignal): Promise<void> {
    this.#registration.forget();
    this.#sessionEnd.abort(new OchoError('told to reset', { code: 'INTERRUPTED' }));
    await this.#registration.untilMade(signal);
  }

  /** Leave: the session is closed, so peers see it at once. Never rejects. */
  async stop(): Promise<void> {
    this.#stopped.abort(new OchoError('the agent stops', { code: 'INTERRUPTED' }));
    await this.#running;
  }

  async #live(): Promise<void> {
    const { clock, random, log } = this.#options;
    for (let failures = 0; !this.#stopped.signal.aborted; ) {
      this.#sessionEnd = new AbortController();
      const signal = AbortSignal.any([this.#stopped.signal, this.#sessionEnd.signal]);
      const error = await this.#oneSession(signal);
      if (signal.aborted) continue;
      log.warn(`starting over in ZooKeeper: ${messageOf(error)}`);
      if (this.#hasLasted()) failures = 0;
      failures = isOchoError(error, 'SESSION_LOST') ? 0 : failures + 1;
      if (failures > 0) await clock.sleep(backoffMs(RECONNECT, failures, random()), signal).catch(() => {});
    }
  }

  /** Whether the latest session did well for so long that what failed before it no longer matters. */
  #hasLasted(): boolean {
    return this.#registration.ageMs() >= RECONNECT.maxMs;
  }

  /** @returns why it ended */
  async #oneSession(signal: AbortSignal): Promise<unknown> {
    const parts = new AbortController();
    this.#registration.begin();
    try {
      const session = await this.#options.connect(signal);
      const living = AbortSignal.any([signal, session.lost, parts.signal]);
      const closed = aborted(living).then(() => session.close());
      // Closing comes first: it lets peers see us leave now, and settles whatever still waits for ZooKeeper.
      await Promise.allSettled([this.#inSession(session, parts, living), closed]);
      return living.reason;
    } catch (error) {
      return error;
    } finally {
      this.#registration.forget();
      this.#follow();
    }
  }

  /** The first part that fails ends the others, and the session with them. */
  async #inSession(session: Session, parts: AbortController, living: AbortSignal): Promise<void> {
    const fail = (error: unknown) => parts.abort(error);
    try {
      await this.#registration.make(session, living);
    } catch (error) {
      return fail(error);
    }
    const tasks = [
      this.#registration.keep(session, living),
      this.#contend(session, living),
      this.#registration.markDeath(session, living),
    ];
    await Promise.all(tasks.map((task) => task.catch(fail)));
  }

  async #contend(session: Session, signal: AbortSignal): Promise<void> {
    const { name, key, dead, log } = this.#options;
    const alive = AbortSignal.any([signal, dead]);
    try {
      await lead({
        session,
        path: coordinatorPath(name),
        contender: key,
        signal: alive,
        task: (mandate, leading) => {
          log.info(`leading the cluster (fence ${mandate.fence})`);
          return this.#lead(session, mandate, leading);
        },
      });
    } catch (error) {
      if (!dead.aborted) throw error;
    } finally {
      this.#follow();
    }
  }

  async #lead(session: Session, mandate: Mandate, leading: AbortSignal): Promise<never> {
    const { probe, key } = this.#options;
    const ended = new AbortController();
    const probes = probe && new ProbeRunner(probe, this.#options.clock, (status) => (this.#probed = status));
    const probing = probes?.run(AbortSignal.any([leading, ended.signal])) ?? Promise.resolve();
    try {
      return await conduct(
        {
          ...this.#options,
          session,
          onDecision: (state, decision) => this.#onDecision(state, decision),
          onConfigured: (snapshot) => probes?.probeNow({ ...snapshot, key }),
        },
        mandate,
        leading,
      );
    } finally {
      ended.abort(new Error('no longer leading'));
      await probing;
    }
  }

  #onDecision(state: LeadershipState, { because, pending, note = '' }: Decision): void {
    if (because !== this.#because) this.#options.log.info(because);
    if (note !== this.#note && note !== '') this.#options.log.info(`the cluster ${note}`);
    this.#note = note;
    this.#because = because;
    this.#pending = pending ? because : '';
    this.#state = state;
  }

  #follow(): void {
    this.#because = '';
    this.#pending = '';
    this.#note = '';
    this.#state = 'follower';
  }
}
