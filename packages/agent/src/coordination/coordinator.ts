import {
  type BackoffPolicy,
  backoffMs,
  isOchoError,
  type LeadershipState,
  messageOf,
  OchoError,
  type PodDeath,
  settleOrAbort,
} from 'ochopod-core';
import { coordinatorPath, MOST_WRITES, type Registered, registerPod, registrationData } from 'ochopod-core/registry';
import { lead, type Mandate, type Session, untilGone } from 'ochopod-core/zookeeper';

import type { ScriptLog } from '../pod-script.ts';
import { type ConductOptions, conduct } from './conduct.ts';
import type { Coordination } from './coordination.ts';
import type { Decision } from './decide.ts';
import { type ProbeOptions, ProbeRunner } from './probe-runner.ts';

export interface CoordinatorOptions extends Pick<ConductOptions, 'name' | 'settings' | 'control' | 'clock' | 'random'> {
  /** UUID of this agent process. */
  readonly key: string;
  /** What to register, without `seq`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Open one ZooKeeper session. */
  readonly connect: (signal: AbortSignal) => Promise<Session>;
  /** Aborts once the pod is shut down for good. */
  readonly dead: AbortSignal;
  /** How that came about, once it has. */
  readonly died: () => PodDeath | undefined;
  readonly probe: ProbeOptions | undefined;
  readonly log: ScriptLog;
  /** Told of each registration's transaction: a pod that saw a higher fence than that has outlived its ensemble. */
  readonly onRegistered: (registered: Registered) => void;
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
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #running: Promise<void>;
  #sessionEnd = new AbortController();
  #state: LeadershipState = 'follower';
  /** What the leader decided last, and whether that is something to wait for. */
  #because = '';
  #pending = '';
  #probed = '';
  #note = '';
  #registered: Registered | undefined;
  /** By our clock; infinite before. */
  #registeredAt = Number.POSITIVE_INFINITY;
  #seq: number | undefined;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
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
    return this.#registered !== undefined;
  }

  async reset(signal: AbortSignal): Promise<void> {
    this.#registered = undefined;
    this.#sessionEnd.abort(new OchoError('told to reset', { code: 'INTERRUPTED' }));
    await settleOrAbort<void>([signal], ({ resolve }) => {
      const registered = () => resolve(undefined);
      this.#waiting.add(registered);
      return () => this.#waiting.delete(registered);
    });
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
    return this.#options.clock.now() - this.#registeredAt >= RECONNECT.maxMs;
  }

  /** @returns why it ended */
  async #oneSession(signal: AbortSignal): Promise<unknown> {
    const parts = new AbortController();
    this.#registeredAt = Number.POSITIVE_INFINITY;
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
      this.#registered = undefined;
      this.#follow();
    }
  }

  /** The first part that fails ends the others, and the session with them. */
  async #inSession(session: Session, parts: AbortController, living: AbortSignal): Promise<void> {
    const fail = (error: unknown) => parts.abort(error);
    try {
      await this.#register(session, living);
    } catch (error) {
      return fail(error);
    }
    const tasks = [
      this.#stayRegistered(session, living),
      this.#contend(session, living),
      this.#markDeath(session, living),
    ];
    await Promise.all(tasks.map((task) => task.catch(fail)));
  }

  async #register(session: Session, signal: AbortSignal): Promise<void> {
    const { name, key, log, clock, onRegistered } = this.#options;
    const onNumber = (seq: number) => {
      this.#seq = seq;
    };
    const before = this.#seq;
    const pod = { name, key, fields: this.#fields(), seq: before, onNumber };
    const registered = await registerPod(session, pod, signal);
    this.#registered = registered;
    this.#registeredAt = clock.now();
    onRegistered(registered);
    const isOther = before !== undefined && before !== registered.seq;
    log.info(`registered as #${registered.seq}${isOther ? `: another pod has #${before}` : ''}`);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #fields(): Readonly<Record<string, unknown>> {
    const { fields, dead, died } = this.#options;
    if (!dead.aborted) return fields;
    const how = died()?.how;
    return { ...fields, dead: 'true', ...(how !== undefined && { died: how }) };
  }

  /**
   * Somebody may delete our node while the session lives, or write something else into it; a pod that runs and is in no
   * list, or cannot be read there, is lost.
   */
  async #stayRegistered(session: Session, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#untilDeleted(session, signal);
      this.#options.log.warn('our registration was deleted, registering again');
      await this.#register(session, signal);
    }
  }

  /** Or until somebody deletes what holds our number. */
  async #untilDeleted(session: Session, signal: AbortSignal): Promise<void> {
    const { numberPath } = this.#registered as Registered;
    const known = new AbortController();
    const watching = AbortSignal.any([signal, known.signal]);
    try {
      await Promise.race([this.#keepWritten(session, watching), untilGone(session, numberPath, watching)]);
    } finally {
      known.abort(new Error('one of them is gone'));
    }
  }

  async #keepWritten(session: Session, signal: AbortSignal): Promise<void> {
    const { path } = this.#registered as Registered;
    for await (const znode of session.watchNode(path, signal)) {
      if (znode === undefined) return;
      if (znode.data === this.#registration()) continue;
      if (znode.version > MOST_WRITES / 2) {
        this.#options.log.warn('our registration is overwritten again and again, registering anew');
        await session.remove(path, signal);
        continue;
      }
      this.#options.log.warn('our registration was overwritten, writing it again');
      await this.#writeRegistration(session, signal);
    }
  }

  #registration(): string {
    return registrationData({ fields: this.#fields(), seq: this.#seq });
  }

  /** One that is gone meanwhile is not ours to write: who watches it registers again. */
  async #writeRegistration(session: Session, signal: AbortSignal): Promise<void> {
    const { path } = this.#registered as Registered;
    await session.set(path, this.#registration(), signal).catch((error: unknown) => {
      if (!isOchoError(error, 'NOT_FOUND')) throw error;
    });
  }

  /** A dead pod stays listed, so that its log can be read; the mark tells the leader at once. */
  async #markDeath(session: Session, signal: AbortSignal): Promise<void> {
    const { dead } = this.#options;
    // Also when it died before: that may have been while it registered, without the mark.
    await aborted(AbortSignal.any([dead, signal]));
    signal.throwIfAborted();
    await this.#writeRegistration(session, signal);
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
