import { parseClusterName, parseSnapshot, systemClock } from 'ochopod-core';
import { hashPath, podsPath, snapshotPath } from 'ochopod-core/registry';
import { connectSession, type Session } from 'ochopod-core/zookeeper';

import { now } from './samples.ts';

/** Not to be lost while the server is frozen. */
const SESSION_MS = 60_000;

/** Looks at what clusters have recorded, told by watches and not by looking again and again. */
export class Observer {
  readonly session: Session;

  static async connect(zk: string): Promise<Observer> {
    const options = { servers: zk, sessionTimeoutMs: SESSION_MS, connectTimeoutMs: 10_000, clock: systemClock };
    return new Observer(await connectSession(options, AbortSignal.timeout(20_000)));
  }

  private constructor(session: Session) {
    this.session = session;
  }

  /**
   * When the cluster is recorded as configured with that many pods.
   *
   * @param known told once it is sure that nothing is missed from now on
   */
  async untilConfigured(cluster: string, size: number, withinMs = 15_000): Promise<number> {
    const name = parseClusterName(cluster);
    const signal = within(withinMs, `${cluster} is configured with ${size} pods`);
    for await (const hash of this.session.watchNode(hashPath(name), signal)) {
      const at = now();
      if (hash === undefined || hash.data === '') continue;
      const snapshot = await this.session.get(snapshotPath(name), signal);
      if (Object.keys(parseSnapshot(snapshot?.data ?? '')).length === size) return at;
    }
    throw new Error('the watch ended');
  }

  /** When only that many registrations are left, or have come. */
  async untilRegistered(cluster: string, size: number, withinMs = 15_000): Promise<number> {
    const signal = within(withinMs, `${cluster} has ${size} registrations`);
    for await (const children of this.session.watchChildren(podsPath(parseClusterName(cluster)), signal)) {
      if ((children ?? []).length === size) return now();
    }
    throw new Error('the watch ended');
  }

  async ensure(cluster: string): Promise<void> {
    const name = parseClusterName(cluster);
    const signal = AbortSignal.timeout(10_000);
    for (const path of [podsPath(name), hashPath(name), snapshotPath(name)]) await this.session.ensure(path, signal);
  }

  /** Be the leader of a cluster that others depend on: say how it is configured now. */
  async publish(cluster: string, data: string): Promise<void> {
    const path = snapshotPath(parseClusterName(cluster));
    const signal = AbortSignal.timeout(10_000);
    await this.session.ensure(path, signal);
    await this.session.set(path, data, signal);
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

function within(ms: number, what: string): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(new Error(`not within ${ms} ms: ${what}`)), ms).unref();
  return late.signal;
}
