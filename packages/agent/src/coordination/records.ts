import { type ClusterName, isOchoError, type OchoError, parseSnapshot, type Registrations } from 'ochopod-core';
import { hashPath, snapshotPath } from 'ochopod-core/registry';
import type { Mandate, Session, TransactionStep } from 'ochopod-core/zookeeper';

/**
 * What the leader writes about its cluster. Every write is a transaction that checks the lock: a leader that has been
 * replaced without noticing cannot overwrite what its successor wrote.
 */
export class Records {
  readonly #session: Session;
  readonly #name: ClusterName;
  readonly #lock: TransactionStep;
  /** Digest of what is configured, empty when nothing that still holds is. */
  #hash = '';
  #pods: Registrations = {};

  constructor(session: Session, name: ClusterName, { lockPath }: Mandate) {
    this.#session = session;
    this.#name = name;
    this.#lock = { kind: 'check', path: lockPath };
  }

  get hash(): string {
    return this.#hash;
  }

  /** What `snapshot` holds. */
  get pods(): Registrations {
    return this.#pods;
  }

  /**
   * Read what the previous leader wrote and make `snapshot` ours, with its content where it still stands: its session
   * may live on for a while.
   */
  async takeOver(signal: AbortSignal): Promise<void> {
    await this.#session.ensure(hashPath(this.#name), signal);
    this.#hash = (await this.#session.get(hashPath(this.#name), signal))?.data.trim() ?? '';
    for (;;) {
      const standing = await this.#session.get(snapshotPath(this.#name), signal);
      this.#pods = parseSnapshot(standing?.data ?? '');
      try {
        return await this.#replaceSnapshot(standing?.data ?? '{}', standing !== undefined, signal);
      } catch (error) {
        // It went with its session, or came, since we looked.
        if (!isOchoError(error, 'NOT_FOUND', 'CONFLICT') || isRefusedByLock(error)) throw error;
      }
    }
  }

  /** Make sure that the lock is still ours. @throws {OchoError} `NOT_FOUND` when it is not */
  async confirm(signal: AbortSignal): Promise<void> {
    await this.#write([], signal);
  }

  /** Say that nothing recorded holds any more: from here until `configured` the pods are in between. */
  async invalidate(signal: AbortSignal): Promise<void> {
    if (this.#hash === '') return this.#write([], signal);
    await this.#write([{ kind: 'set', path: hashPath(this.#name), data: '' }], signal);
    this.#hash = '';
  }

  /** Record a configuration that succeeded. */
  async configured(hash: string, pods: Registrations, signal: AbortSignal): Promise<void> {
    const snapshot: TransactionStep = { kind: 'set', path: snapshotPath(this.#name), data: JSON.stringify(pods) };
    await this.#write([snapshot, { kind: 'set', path: hashPath(this.#name), data: hash }], signal);
    this.#hash = hash;
    this.#pods = pods;
  }

  /**
   * Take `snapshot` back while the lock is still ours: a leader that is shut down keeps its session, and what it left
   * there would outlive the cluster. Not cancellable; ends at the latest with the session, which takes it along as well.
   */
  async withdraw(): Promise<void> {
    const { lost } = this.#session;
    if (lost.aborted) return;
    await this.#write([{ kind: 'remove', path: snapshotPath(this.#name) }], lost).catch(() => {});
  }

  #replaceSnapshot(data: string, exists: boolean, signal: AbortSignal): Promise<void> {
    const path = snapshotPath(this.#name);
    const removal: TransactionStep[] = exists ? [{ kind: 'remove', path }] : [];
    return this.#write([...removal, { kind: 'create', path, data, ephemeral: true }], signal);
  }

  #write(steps: readonly TransactionStep[], signal: AbortSignal): Promise<void> {
    return this.#session.transaction([this.#lock, ...steps], signal);
  }
}

/** The first step of every transaction checks the lock. */
function isRefusedByLock({ details }: OchoError): boolean {
  const { step } = details;
  return step === 0;
}
