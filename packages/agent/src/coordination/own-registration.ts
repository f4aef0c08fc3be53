import { type Clock, type ClusterName, isOchoError, type PodDeath, settleOrAbort } from 'ochopod-core';
import { MOST_WRITES, type Registered, registerPod, registrationData } from 'ochopod-core/registry';
import { type Session, untilGone } from 'ochopod-core/zookeeper';

import type { ScriptLog } from '../script/pod-script.ts';
import { aborted } from './aborted.ts';

export interface OwnRegistrationOptions {
  readonly name: ClusterName;
  /** UUID of this agent process. */
  readonly key: string;
  /** What to register, without `seq`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Aborts once the pod is shut down for good. */
  readonly dead: AbortSignal;
  /** How that came about, once it has. */
  readonly died: () => PodDeath | undefined;
  readonly clock: Clock;
  readonly log: ScriptLog;
  /** Told of each registration's transaction: a pod that saw a higher fence than that has outlived its ensemble. */
  readonly onRegistered: (registered: Registered) => void;
}

/**
 * The pod's own registration: made in each session, made or written again when somebody deletes or overwrites it, marked
 * when the pod dies. It has the same number in every session as long as that is free.
 */
export class OwnRegistration {
  readonly #options: OwnRegistrationOptions;
  readonly #waiting = new Set<() => void>();
  #registered: Registered | undefined;
  /** By our clock; infinite before. */
  #madeAt = Number.POSITIVE_INFINITY;
  #seq: number | undefined;

  constructor(options: OwnRegistrationOptions) {
    this.#options = options;
  }

  /** Whether the pod is registered, as far as we know. */
  get stands(): boolean {
    return this.#registered !== undefined;
  }

  /** How long ago it was made in the latest session; below zero when it was not. */
  ageMs(): number {
    return this.#options.clock.now() - this.#madeAt;
  }

  /** Another session begins. */
  begin(): void {
    this.#madeAt = Number.POSITIVE_INFINITY;
  }

  /** The session is over, or about to be. */
  forget(): void {
    this.#registered = undefined;
  }

  /** Until it is made the next time. */
  async untilMade(signal: AbortSignal): Promise<void> {
    await settleOrAbort<void>([signal], ({ resolve }) => {
      const registered = () => resolve(undefined);
      this.#waiting.add(registered);
      return () => this.#waiting.delete(registered);
    });
  }

  async make(session: Session, signal: AbortSignal): Promise<void> {
    const { name, key, log, clock, onRegistered } = this.#options;
    const onNumber = (seq: number) => {
      this.#seq = seq;
    };
    const before = this.#seq;
    const pod = { name, key, fields: this.#fields(), seq: before, onNumber };
    const registered = await registerPod(session, pod, signal);
    this.#registered = registered;
    this.#madeAt = clock.now();
    onRegistered(registered);
    const isOther = before !== undefined && before !== registered.seq;
    log.info(`registered as #${registered.seq}${isOther ? `: another pod has #${before}` : ''}`);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /**
   * Somebody may delete our node while the session lives, or write something else into it; a pod that runs and is in no
   * list, or cannot be read there, is lost.
   */
  async keep(session: Session, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#untilDeleted(session, signal);
      this.#options.log.warn('our registration was deleted, registering again');
      await this.make(session, signal);
    }
  }

  /** A dead pod stays listed, so that its log can be read; the mark tells the leader at once. */
  async markDeath(session: Session, signal: AbortSignal): Promise<void> {
    const { dead } = this.#options;
    // Also when it died before: that may have been while it registered, without the mark.
    await aborted(AbortSignal.any([dead, signal]));
    signal.throwIfAborted();
    await this.#write(session, signal);
  }

  #fields(): Readonly<Record<string, unknown>> {
    const { fields, dead, died } = this.#options;
    if (!dead.aborted) return fields;
    const how = died()?.how;
    return { ...fields, dead: 'true', ...(how !== undefined && { died: how }) };
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
      if (znode.data === this.#data()) continue;
      if (znode.version > MOST_WRITES / 2) {
        this.#options.log.warn('our registration is overwritten again and again, registering anew');
        await session.remove(path, signal);
        continue;
      }
      this.#options.log.warn('our registration was overwritten, writing it again');
      await this.#write(session, signal);
    }
  }

  #data(): string {
    return registrationData({ fields: this.#fields(), seq: this.#seq });
  }

  /** One that is gone meanwhile is not ours to write: who watches it registers again. */
  async #write(session: Session, signal: AbortSignal): Promise<void> {
    const { path } = this.#registered as Registered;
    await session.set(path, this.#data(), signal).catch((error: unknown) => {
      if (!isOchoError(error, 'NOT_FOUND')) throw error;
    });
  }
}
