import { type ClusterName, isOchoError, parseSnapshot, type Registrations } from 'ochopod-core';
import { hashPath, needsPath, snapshotPath } from 'ochopod-core/registry';
import { type Mandate, removeTree, type Session, type TransactionStep, type Znode } from 'ochopod-core/zookeeper';

/** One of the leader's znodes, as it should be. */
interface Kept {
  readonly path: string;
  readonly ephemeral: boolean;
  data: string;
}

/**
 * What the leader writes about its cluster, and keeps as it wrote it whoever deletes or overwrites it. Every write is a
 * transaction that checks the lock: a leader that has been replaced without noticing cannot overwrite what its successor
 * wrote.
 */
export class Records {
  readonly #session: Session;
  readonly #lock: TransactionStep;
  /** Digest of what is configured, empty when nothing that still holds is. */
  readonly #hash: Kept;
  readonly #snapshot: Kept;
  readonly #all: readonly Kept[];
  #pods: Registrations = {};
  /** One write after the other: settles when the last one has. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param needs what the cluster depends on, as it is written: others see from it who waits for whom */
  constructor(session: Session, name: ClusterName, { mandate, needs }: { mandate: Mandate; needs: readonly string[] }) {
    this.#session = session;
    this.#lock = { kind: 'check', path: mandate.lockPath };
    this.#hash = { path: hashPath(name), ephemeral: false, data: '' };
    this.#snapshot = { path: snapshotPath(name), ephemeral: true, data: '{}' };
    const told = { path: needsPath(name), ephemeral: true, data: JSON.stringify(needs) };
    this.#all = [this.#hash, this.#snapshot, ...(needs.length > 0 ? [told] : [])];
  }

  get hash(): string {
    return this.#hash.data;
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
    const standing = await this.#look(signal);
    const [hash, snapshot] = standing;
    this.#hash.data = hash?.data.trim() ?? '';
    this.#pods = parseSnapshot(snapshot?.data ?? '');
    if (Object.keys(this.#pods).length > 0) this.#snapshot.data = snapshot?.data ?? '{}';
    await this.#inTurn(() => this.#restore(signal, standing));
  }

  /**
   * Write again what somebody else deletes or overwrites, as soon as that is seen.
   *
   * @param onRestored told the path of what it was
   * @returns never
   */
  async keep(onRestored: (path: string) => void, signal: AbortSignal): Promise<never> {
    const follow = async (kept: Kept): Promise<never> => {
      for await (const znode of this.#session.watchNode(kept.path, signal)) {
        // After what is being written now, which this may be from before; then it is looked at again.
        const isRestored = await this.#inTurn(async () => {
          if (this.#isAsKept(kept, znode)) return false;
          if (this.#isAsKept(kept, await this.#session.get(kept.path, signal))) return false;
          await this.#restore(signal);
          return true;
        });
        if (isRestored) onRestored(kept.path);
      }
      throw signal.reason;
    };
    return Promise.race(this.#all.map(follow));
  }

  /** Make sure that the lock is still ours. @throws {OchoError} `NOT_FOUND` when it is not */
  async confirm(signal: AbortSignal): Promise<void> {
    await this.#session.transaction([this.#lock], signal);
  }

  /** Say that nothing recorded holds any more: from here until `configured` the pods are in between. */
  async invalidate(signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#hash.data === '') return this.confirm(signal);
      this.#hash.data = '';
      await this.#write([this.#hash], signal);
    });
  }

  /** Record a configuration that succeeded. */
  async configured(hash: string, pods: Registrations, signal: AbortSignal): Promise<void> {
    await this.#inTurn(async () => {
      this.#hash.data = hash;
      this.#snapshot.data = JSON.stringify(pods);
      this.#pods = pods;
      await this.#write([this.#snapshot, this.#hash], signal);
    });
  }

  /**
   * Take `snapshot` back while the lock is still ours: a leader that is shut down keeps its session, and what it left
   * there would outlive the cluster. Not cancellable; ends at the latest with the session, which takes it along as well.
   */
  async withdraw(): Promise<void> {
    const { lost } = this.#session;
    if (lost.aborted) return;
    const ours = this.#all.filter(({ ephemeral }) => ephemeral);
    const removals = ours.map(({ path }): TransactionStep => ({ kind: 'remove', path }));
    await this.#inTurn(() => this.#session.transaction([this.#lock, ...removals], lost)).catch(() => {});
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {}); // who asked for it sees the failure
    return turn;
  }

  /** They stand as a rule; what somebody removed meanwhile is laid down again. */
  async #write(changed: readonly Kept[], signal: AbortSignal): Promise<void> {
    try {
      const steps = changed.map(({ path, data }): TransactionStep => ({ kind: 'set', path, data }));
      await this.#session.transaction([this.#lock, ...steps], signal);
    } catch (error) {
      if (!isAboutRecords(error)) throw error;
      await this.#restore(signal);
    }
  }

  /** Lay everything down as it should be, in place of whatever stands there. */
  async #restore(signal: AbortSignal, seen?: readonly (Znode | undefined)[]): Promise<void> {
    let standing = seen ?? (await this.#look(signal));
    while (!(await this.#isRestored(standing, signal))) {
      // It came or went since we looked, or has something below it, which is nobody's to have there.
      for (const { path, ephemeral } of this.#all) if (ephemeral) await this.#clear(path, signal);
      standing = await this.#look(signal);
    }
  }

  /** @returns what stands where each of `#all` is to be */
  #look(signal: AbortSignal): Promise<(Znode | undefined)[]> {
    return Promise.all(this.#all.map(({ path }) => this.#session.get(path, signal)));
  }

  async #clear(path: string, signal: AbortSignal): Promise<void> {
    try {
      await removeTree(this.#session, { path, guard: this.#lock }, signal);
    } catch (error) {
      if (!isAboutRecords(error)) throw error; // else somebody adds to it, and it is looked at again
    }
  }

  async #isRestored(standing: readonly (Znode | undefined)[], signal: AbortSignal): Promise<boolean> {
    const steps = this.#all.flatMap((kept, at) => this.#replace(kept, standing[at]));
    try {
      await this.#session.transaction([this.#lock, ...steps], signal);
      return true;
    } catch (error) {
      if (isAboutRecords(error)) return false;
      throw error;
    }
  }

  #replace(kept: Kept, standing: Znode | undefined): TransactionStep[] {
    const { path, data, ephemeral } = kept;
    if (this.#isAsKept(kept, standing)) return [];
    if (standing !== undefined && this.#isOurs(kept, standing)) return [{ kind: 'set', path, data }];
    const removal: TransactionStep[] = standing === undefined ? [] : [{ kind: 'remove', path }];
    return [...removal, { kind: 'create', path, data, ephemeral }];
  }

  #isAsKept(kept: Kept, standing: Znode | undefined): boolean {
    return standing !== undefined && standing.data === kept.data && this.#isOurs(kept, standing);
  }

  /** Goes with our session, or stays. */
  #isOurs({ ephemeral }: Kept, { owner }: Znode): boolean {
    return owner === (ephemeral ? this.#session.id : undefined);
  }
}

/** Whether a transaction failed over the records and not over the lock, which its first step checks. */
function isAboutRecords(error: unknown): boolean {
  if (!isOchoError(error, 'NOT_FOUND', 'CONFLICT')) return false;
  const { step } = error.details;
  return step !== 0;
}
