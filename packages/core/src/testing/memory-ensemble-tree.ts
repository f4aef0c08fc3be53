import { type ErrorCode, OchoError } from '../errors.ts';
import { childOf, nameOf, parentOf } from '../zookeeper/paths.ts';
import type { TransactionStep } from '../zookeeper/session.ts';

/** A znode as the server keeps it. */
export interface MemoryZnode {
  readonly data: string;
  readonly czxid: bigint;
  readonly mzxid: bigint;
  /** The last transaction that made or removed a child. */
  readonly pzxid: bigint;
  readonly version: number;
  readonly owner: string | undefined;
  /** Counts the children ever created: the next sequence number. */
  readonly created: number;
  /** Newest first: ZooKeeper promises no order, so that a recipe which forgets to sort must fail here. */
  readonly children: readonly string[];
}

/** What happened to a znode: `node` watches hear of the first three, `children` watches of the last two. */
export interface MemoryChange {
  readonly path: string;
  readonly what: 'created' | 'changed' | 'removed' | 'children';
}

/** The tree of znodes: nothing but data and its rules. */
export class MemoryTree {
  #zxid = 1n;
  #changes: MemoryChange[] = [];
  #nodes = new Map<string, MemoryZnode>([['/', fresh({ data: '', owner: undefined, zxid: 0n })]]);

  get(path: string): MemoryZnode | undefined {
    return this.#nodes.get(path);
  }

  paths(): string[] {
    return [...this.#nodes.keys()];
  }

  /**
   * Carry `change` out as one transaction.
   *
   * @returns what it returned, and what has changed
   * @throws whatever `change` throws; nothing has happened then
   */
  commit<T>(change: () => T): { result: T; changes: readonly MemoryChange[] } {
    const before = new Map(this.#nodes);
    this.#zxid += 1n;
    this.#changes = [];
    try {
      return { result: change(), changes: this.#changes };
    } catch (error) {
      this.#nodes = before;
      throw error;
    }
  }

  create(path: string, data: string, owner: string | undefined): string {
    const parent = this.#existing(parentOf(path));
    if (this.#nodes.has(path)) throw refusal('CONFLICT', path, 'it exists already');
    if (parent.owner !== undefined) throw refusal('CONFLICT', path, 'an ephemeral znode has no children');
    this.#nodes.set(path, fresh({ data, owner, zxid: this.#zxid }));
    const children = [nameOf(path), ...parent.children];
    this.#touch(parentOf(path), { children, created: parent.created + 1, pzxid: this.#zxid });
    this.#changes.push({ path, what: 'created' }, { path: parentOf(path), what: 'children' });
    return nameOf(path);
  }

  createSequential(prefixPath: string, data: string, owner: string): string {
    const { created } = this.#existing(parentOf(prefixPath));
    return this.create(`${prefixPath}${String(created).padStart(10, '0')}`, data, owner);
  }

  set(path: string, data: string, version?: number): void {
    const node = this.#existing(path);
    if (version !== undefined && version !== node.version) {
      throw refusal('CONFLICT', path, `it is at version ${node.version}, not ${version}`);
    }
    this.#touch(path, { data, version: node.version + 1, mzxid: this.#zxid });
    this.#changes.push({ path, what: 'changed' });
  }

  remove(path: string): void {
    const node = this.#existing(path);
    if (node.children.length > 0) throw refusal('CONFLICT', path, 'it has children');
    if (path === '/') throw refusal('INVALID_INPUT', path, 'the root cannot be removed');
    this.#nodes.delete(path);
    const children = this.#existing(parentOf(path)).children.filter((name) => name !== nameOf(path));
    this.#touch(parentOf(path), { children, pzxid: this.#zxid });
    this.#changes.push({ path, what: 'removed' }, { path: parentOf(path), what: 'children' });
  }

  put(path: string, data: string): void {
    this.ensure(parentOf(path));
    if (this.#nodes.has(path)) this.set(path, data);
    else this.create(path, data, undefined);
  }

  ensure(path: string): void {
    if (this.#nodes.has(path)) return;
    this.ensure(parentOf(path));
    this.create(path, '', undefined);
  }

  perform(step: TransactionStep, session: string): void {
    switch (step.kind) {
      case 'check':
        this.#existing(step.path);
        return;
      case 'create':
        this.create(step.path, step.data, step.ephemeral ? session : undefined);
        return;
      case 'set':
        this.set(step.path, step.data, step.version);
        return;
      case 'remove':
        this.remove(step.path);
        return;
    }
  }

  /** The child that begins with `prefix` and belongs to `owner`. */
  findTicket(parent: string, prefix: string, owner: string): string | undefined {
    const names = this.get(parent)?.children ?? [];
    return names.find((name) => name.startsWith(prefix) && this.get(childOf(parent, name))?.owner === owner);
  }

  #existing(path: string): MemoryZnode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw refusal('NOT_FOUND', path, 'there is no such znode');
    return node;
  }

  #touch(path: string, change: Partial<MemoryZnode>): void {
    this.#nodes.set(path, { ...this.#existing(path), ...change });
  }
}

function fresh({ data, owner, zxid }: { data: string; owner: string | undefined; zxid: bigint }): MemoryZnode {
  return { data, owner, czxid: zxid, mzxid: zxid, pzxid: zxid, version: 0, created: 0, children: [] };
}

function refusal(code: ErrorCode, path: string, because: string): OchoError {
  return new OchoError(`${path}: ${because}`, { code, details: { path } });
}
