import { isOchoError, OchoError } from '../errors.ts';
import { settleOrAbort } from '../waiting/settle-or-abort.ts';
import { checkSize, checkTransactionSize } from '../zookeeper/limits.ts';
import { observe, type Sighting } from '../zookeeper/observe.ts';
import { checkPath, childOf } from '../zookeeper/paths.ts';
import type { Session, Ticket, TransactionStep, Znode } from '../zookeeper/session.ts';
import { Line } from './memory-ensemble-line.ts';
import type { MemoryTree, MemoryZnode } from './memory-ensemble-tree.ts';

export type MemoryOperation = 'get' | 'children' | 'ensure' | 'createTicket' | 'set' | 'remove' | 'transaction';

/** Two kinds of watch, as in ZooKeeper: on a znode's data and existence, and on its children. */
export type WatchKind = 'node' | 'children';

/** What a session asks of its ensemble. */
export interface MemoryServer {
  readonly tree: MemoryTree;
  readonly turns: () => number;
  count(operation: MemoryOperation): void;
  /** @throws {OchoError} `SESSION_LOST` when the server has buried the session */
  write<T>(session: MemorySession, change: () => T): T;
  watch(session: MemorySession, kind: WatchKind, path: string): void;
  unwatch(session: MemorySession, kind: WatchKind, path: string): void;
  /** Forget the session; its ephemeral znodes vanish in one step. */
  bury(session: MemorySession): void;
}

interface Request {
  /** Carry it out on the server; `again` when it was before and the reply was lost. */
  readonly perform: (again: boolean) => () => void;
  sent: boolean;
}

/** What comes from the server: the reply to a request, or the notification of a watch. */
interface Delivery {
  readonly request: Request | undefined;
  readonly arrive: () => void;
}

/** A session with a `MemoryEnsemble`. Tests drive it with `expire`, `disconnect` and `reconnect`. */
export class MemorySession implements Session {
  readonly id: string;
  readonly #server: MemoryServer;
  readonly #lost = new AbortController();
  readonly #subscribers = new Map<string, Set<() => void>>();
  readonly #toServer: Line<Request>;
  readonly #fromServer: Line<Delivery>;
  #connected = true;

  constructor(id: string, server: MemoryServer) {
    this.id = id;
    this.#server = server;
    this.#fromServer = new Line(({ arrive }) => arrive(), server.turns);
    this.#toServer = new Line((request) => {
      const arrive = request.perform(request.sent);
      request.sent = true;
      this.#fromServer.send({ request, arrive });
    }, server.turns);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The session ends for both sides: `lost` aborts, its ephemeral znodes vanish in one step. */
  expire(): void {
    this.#lost.abort(new OchoError(`session ${this.id} expired`, { code: 'SESSION_LOST' }));
    this.#server.bury(this);
  }

  /**
   * Cut the connection: calls hang, watches tell nothing, the session lives on.
   *
   * Replies that were on their way are lost; their requests are carried out a second time after `reconnect`.
   */
  disconnect(): void {
    this.#connected = false;
    this.#toServer.hold();
    this.#fromServer.hold();
    const unanswered = this.#fromServer.takeBack(({ request }) => request !== undefined);
    this.#toServer.sendFirst(unanswered.flatMap(({ request }) => request ?? []));
  }

  reconnect(): void {
    this.#connected = true;
    this.#fromServer.release();
    this.#toServer.release();
  }

  async get(path: string, signal: AbortSignal): Promise<Znode | undefined> {
    checkPath(path);
    return this.#call('get', signal, () => znodeOf(this.#server.tree.get(path)));
  }

  async children(path: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    checkPath(path);
    return this.#call('children', signal, () => this.#server.tree.get(path)?.children);
  }

  async ensure(path: string, signal: AbortSignal): Promise<void> {
    checkPath(path);
    return this.#change('ensure', signal, () => this.#server.tree.ensure(path));
  }

  async createTicket({ parent, prefix, data }: Ticket, signal: AbortSignal): Promise<string> {
    const path = childOf(parent, prefix);
    checkPath(childOf(parent, `${prefix}0`));
    checkSize(path, data);
    const { tree } = this.#server;
    return this.#change('createTicket', signal, (again) => {
      const before = again ? tree.findTicket(parent, prefix, this.id) : undefined;
      return before ?? tree.createSequential(path, data, this.id);
    });
  }

  async set(path: string, data: string, signal: AbortSignal): Promise<void> {
    checkPath(path);
    checkSize(path, data);
    return this.#change('set', signal, () => this.#server.tree.set(path, data));
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    checkPath(path);
    return this.#change('remove', signal, () => {
      if (this.#server.tree.get(path) !== undefined) this.#server.tree.remove(path);
    });
  }

  async transaction(steps: readonly TransactionStep[], signal: AbortSignal): Promise<void> {
    for (const { path } of steps) checkPath(path);
    checkTransactionSize(steps);
    return this.#change('transaction', signal, () => {
      steps.forEach((step, index) => {
        this.#perform(step, index);
      });
    });
  }

  watchNode(path: string, signal: AbortSignal): AsyncIterable<Znode | undefined> {
    checkPath(path);
    const look = () => this.#call('get', signal, () => this.#lookAtNode(path));
    return observe({ look, subscribe: (wake) => this.#subscribe(['node'], path, wake) }, [signal, this.lost]);
  }

  watchChildren(path: string, signal: AbortSignal): AsyncIterable<readonly string[] | undefined> {
    checkPath(path);
    const look = () => this.#call('children', signal, () => this.#lookAtChildren(path));
    return observe({ look, subscribe: (wake) => this.#subscribe(['node', 'children'], path, wake) }, [
      signal,
      this.lost,
    ]);
  }

  /** While disconnected the server does not hear of it: the ephemeral znodes stay until `expire`. */
  async close(): Promise<void> {
    if (this.lost.aborted) return;
    this.#lost.abort(new OchoError(`session ${this.id} was closed`, { code: 'SESSION_LOST' }));
    if (!this.#connected) return;
    await new Promise<void>((resolve) => {
      const perform = () => {
        this.#server.bury(this);
        return resolve;
      };
      this.#toServer.send({ perform, sent: false });
    });
  }

  /** @internal A watch of this session has gone off on the server. */
  notify(kind: WatchKind, path: string): void {
    const arrive = () => {
      for (const wake of this.#subscribers.get(`${kind} ${path}`) ?? []) wake();
    };
    this.#fromServer.send({ request: undefined, arrive });
  }

  #lookAtNode(path: string): Sighting<Znode | undefined> {
    const node = this.#server.tree.get(path);
    this.#arm('node', path);
    return { value: znodeOf(node), revision: `${node?.czxid} ${node?.mzxid}` };
  }

  #lookAtChildren(path: string): Sighting<readonly string[] | undefined> {
    const node = this.#server.tree.get(path);
    this.#arm(node === undefined ? 'node' : 'children', path);
    return { value: node?.children, revision: `${node?.czxid} ${node?.pzxid}` };
  }

  #arm(kind: WatchKind, path: string): void {
    if (this.#subscribers.has(`${kind} ${path}`)) this.#server.watch(this, kind, path);
  }

  #subscribe(kinds: readonly WatchKind[], path: string, wake: () => void): () => void {
    for (const kind of kinds) {
      const key = `${kind} ${path}`;
      this.#subscribers.set(key, (this.#subscribers.get(key) ?? new Set()).add(wake));
    }
    return () => {
      for (const kind of kinds) this.#unsubscribe(kind, path, wake);
    };
  }

  #unsubscribe(kind: WatchKind, path: string, wake: () => void): void {
    const others = this.#subscribers.get(`${kind} ${path}`);
    others?.delete(wake);
    if (others?.size !== 0) return;
    this.#subscribers.delete(`${kind} ${path}`);
    this.#server.unwatch(this, kind, path);
  }

  #perform(step: TransactionStep, index: number): void {
    try {
      this.#server.tree.perform(step, this.id);
    } catch (error) {
      if (!isOchoError(error)) throw error;
      const { code, details } = error;
      throw new OchoError(error.message, { code, cause: error, details: { ...details, step: index } });
    }
  }

  #change<T>(operation: MemoryOperation, signal: AbortSignal, change: (again: boolean) => T): Promise<T> {
    return this.#call(operation, signal, (again) => this.#server.write(this, () => change(again)));
  }

  /** A caller who gives up no longer hears of the outcome; what was sent is carried out all the same. */
  #call<T>(operation: MemoryOperation, signal: AbortSignal, action: (again: boolean) => T): Promise<T> {
    return settleOrAbort<T>([signal, this.lost], ({ resolve, reject }) => {
      const perform = (again: boolean) => {
        this.#server.count(operation);
        try {
          const result = action(again);
          return () => resolve(result);
        } catch (error) {
          return () => reject(error);
        }
      };
      this.#toServer.send({ perform, sent: false });
    });
  }
}

/** What a session tells of a znode. */
export function znodeOf(node: MemoryZnode | undefined): Znode | undefined {
  return node && { data: node.data, czxid: node.czxid, version: node.version, owner: node.owner };
}
