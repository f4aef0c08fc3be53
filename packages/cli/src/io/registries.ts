import { type Clock, type ClusterName, OchoError, onAbort } from 'ochopod-core';
import type { Session } from 'ochopod-core/zookeeper';
import type { PodRegistry } from 'ochopod-fleet';

import type { RegistryTarget } from '../context.ts';

/** Make a session; `signal` is of use only until it has begun. */
export type Connect = (target: RegistryTarget, signal: AbortSignal) => Promise<Session>;

/** Registries by where their ensemble is: one session each, made when first asked and anew once it is lost. */
export class Registries {
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #closed = new AbortController();
  readonly #connect: Connect;
  readonly #clock: Clock;

  constructor(connect: Connect, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  of(target: RegistryTarget): PodRegistry {
    return {
      listPods: async (patterns, signal) => {
        const { listPods } = await import('ochopod-core/registry');
        const session = await this.#connected(target, signal);
        return listPods(session, patterns, signal);
      },
      whoLeads: async (cluster, signal) => {
        const { whoLeads } = await import('ochopod-core/registry');
        const session = await abortable(this.#session(target), signal);
        return whoLeads(session, cluster, signal);
      },
      watch: (cluster, onChange, signal) => void this.#watch(target, { cluster, onChange }, signal),
    };
  }

  async #watch(target: RegistryTarget, { cluster, onChange }: Watched, signal: AbortSignal): Promise<void> {
    const { hashPath, watchPods } = await import('ochopod-core/registry');
    while (!signal.aborted) {
      try {
        const session = await abortable(this.#session(target), signal);
        await Promise.race([
          tellEach(watchPods(session, cluster, signal), onChange),
          tellEach(session.watchNode(hashPath(cluster), signal), onChange),
        ]);
      } catch {
        // The session was lost, or nobody wants to know any more.
      }
      if (signal.aborted) return;
      onChange();
      await this.#clock.sleep(CONNECT_AGAIN_MS, signal).catch(() => {});
    }
  }

  /** Ends every session, and those that are still being made; bounded in time, since a session's own end is. */
  async close(): Promise<void> {
    this.#closed.abort(new OchoError('the command is through', { code: 'INTERRUPTED' }));
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(sessions.map(async (made) => (await made).close()));
  }

  async #connected(target: RegistryTarget, signal: AbortSignal): Promise<Session> {
    const done = new AbortController();
    let isSlow = false;
    this.#clock.sleep(SLOW_MS, done.signal).then(
      () => {
        isSlow = true;
        target.onSlow?.(true);
      },
      () => {}, // connected, or failed, before
    );
    try {
      return await abortable(this.#session(target), signal);
    } finally {
      done.abort();
      if (isSlow) target.onSlow?.(false);
    }
  }

  async #session(target: RegistryTarget): Promise<Session> {
    const known = this.#sessions.get(target.servers);
    if (known !== undefined) {
      const session = await known.catch(() => undefined); // its failure was told to who asked for it
      if (session !== undefined && !session.lost.aborted) return session;
    }
    const made = this.#connect(target, this.#closed.signal);
    this.#sessions.set(target.servers, made);
    return made;
  }
}

interface Watched {
  readonly cluster: ClusterName;
  readonly onChange: () => void;
}

const CONNECT_AGAIN_MS = 1000;
/** People wonder after so long. */
const SLOW_MS = 500;

async function tellEach(changes: AsyncIterable<unknown>, onChange: () => void): Promise<void> {
  for await (const _change of changes) onChange();
}

/** Stop waiting when told to; what is waited for goes on and is let go of at the end. */
async function abortable<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  waiting.catch(() => {}); // heard by the race below, unless that is over already
  signal.throwIfAborted();
  let forget = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    forget = onAbort(signal, () => reject(signal.reason));
  });
  try {
    return await Promise.race([waiting, aborted]);
  } finally {
    forget();
  }
}

/** Connect for looking: nothing of ours is kept in ZooKeeper, so a short session does. */
export function connectForLooking(clock: Clock): Connect {
  return async (target, signal) => {
    const { connectSession } = await import('ochopod-core/zookeeper');
    return connectSession({ ...target, sessionTimeoutMs: SESSION_TIMEOUT_MS, clock }, signal);
  };
}

const SESSION_TIMEOUT_MS = 10_000;
