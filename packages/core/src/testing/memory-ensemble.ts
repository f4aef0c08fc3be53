import { OchoError } from '../errors.ts';
import { childOf } from '../zookeeper/paths.ts';
import type { Znode } from '../zookeeper/session.ts';
import {
  type MemoryOperation,
  type MemoryServer,
  MemorySession,
  type WatchKind,
  znodeOf,
} from './memory-ensemble-session.ts';
import { type MemoryChange, MemoryTree } from './memory-ensemble-tree.ts';

export interface MemoryEnsembleOptions {
  /**
   * 0 to 1, as `Math.random`. With it every request, reply and notification takes 1 to 8 turns of the promise queue,
   * so that sessions overtake each other; within a session the order stays. Without it each takes one turn.
   */
  readonly random?: () => number;
}

/** Which watches a change sets off on its path. */
const WATCHES = {
  created: ['node'],
  changed: ['node'],
  removed: ['node', 'children'],
  children: ['children'],
} as const satisfies Record<MemoryChange['what'], readonly WatchKind[]>;

/**
 * A ZooKeeper that lives in this process: real ordering, watches and expiry, no sockets and no time.
 *
 * It is at least as unhelpful as the real one: children come newest first, everything takes effect later than it was
 * asked for, and what was under way when the connection broke is carried out twice. `settle()` lets all of it happen.
 */
export class MemoryEnsemble {
  /** How often the server was asked, by kind; what watches read counts as `get` and `children`. */
  readonly operations: Record<MemoryOperation, number> = {
    get: 0,
    children: 0,
    ensure: 0,
    createTicket: 0,
    set: 0,
    remove: 0,
    transaction: 0,
  };
  readonly #tree = new MemoryTree();
  readonly #watches = new Map<string, Set<MemorySession>>();
  readonly #buried = new Set<MemorySession>();
  readonly #server: MemoryServer;
  #sessions = 0;

  constructor({ random }: MemoryEnsembleOptions = {}) {
    this.#server = {
      tree: this.#tree,
      turns: () => (random === undefined ? 1 : 1 + Math.floor(random() * 8)),
      count: (operation) => {
        this.operations[operation] += 1;
      },
      write: (session, change) => this.#write(session, change),
      watch: (session, kind, path) => {
        this.#watches.set(`${kind} ${path}`, this.#watchersOf(kind, path).add(session));
      },
      unwatch: (session, kind, path) => {
        this.#watchersOf(kind, path).delete(session);
      },
      bury: (session) => this.expireSilently(session),
    };
  }

  connect(): MemorySession {
    this.#sessions += 1;
    return new MemorySession(`0x${(0x1000_0000_0000_0000n + BigInt(this.#sessions)).toString(16)}`, this.#server);
  }

  /**
   * The server gives up on a session that does not know yet: its ephemeral znodes vanish in one step, its writes are
   * refused with `SESSION_LOST`, and it goes on reading. `session.expire()` lets it know.
   */
  expireSilently(session: MemorySession): void {
    if (this.#buried.has(session)) return;
    this.#buried.add(session);
    for (const watchers of this.#watches.values()) watchers.delete(session);
    this.#commit(() => {
      for (const path of this.#tree.paths()) {
        if (this.#tree.get(path)?.owner === session.id) this.#tree.remove(path);
      }
    });
  }

  /** Write a znode at once, as somebody else would; it and its parents are created when they are missing. */
  put(path: string, data: string): void {
    this.#commit(() => this.#tree.put(path, data));
  }

  /** Remove a znode and everything below it at once, as somebody else would. */
  erase(path: string): void {
    this.#commit(() => this.#erase(path));
  }

  /** The znode at this moment. */
  peek(path: string): Znode | undefined {
    return znodeOf(this.#tree.get(path));
  }

  /** Names of the children at this moment, oldest first; none when there is no such znode. */
  list(path: string): string[] {
    return this.#tree.get(path)?.children.toReversed() ?? [];
  }

  /** How many sessions hear of a change of the znode at `path`, or of its children. */
  watchersOf(path: string): number {
    return new Set([...this.#watchersOf('node', path), ...this.#watchersOf('children', path)]).size;
  }

  #write<T>(session: MemorySession, change: () => T): T {
    if (this.#buried.has(session)) throw new OchoError(`session ${session.id} expired`, { code: 'SESSION_LOST' });
    return this.#commit(change);
  }

  #commit<T>(change: () => T): T {
    const { result, changes } = this.#tree.commit(change);
    for (const { path, what } of changes) this.#notify(path, WATCHES[what]);
    return result;
  }

  #notify(path: string, kinds: readonly WatchKind[]): void {
    for (const kind of kinds) {
      const watchers = this.#watchersOf(kind, path);
      this.#watches.delete(`${kind} ${path}`);
      for (const session of watchers) session.notify(kind, path);
    }
  }

  #erase(path: string): void {
    const node = this.#tree.get(path);
    if (node === undefined) return;
    for (const name of node.children) this.#erase(childOf(path, name));
    this.#tree.remove(path);
  }

  #watchersOf(kind: WatchKind, path: string): Set<MemorySession> {
    return this.#watches.get(`${kind} ${path}`) ?? new Set();
  }
}
