import { type Acl, OPEN_TO_ALL, READABLE_BY_ALL, sameAcl } from './acl.ts';
import { isSession, NOBODY } from './ownership.ts';
import { nameOf, parentOf, ROOMS } from './paths.ts';
import type { Stamp, Txn, ZnodeTxn } from './txn.ts';
import { Znode } from './znode.ts';

/** What happened to a znode. */
export interface Change {
  readonly type: 'created' | 'deleted' | 'changed';
  readonly path: string;
  /** Its own, before it was deleted. */
  readonly acl: readonly Acl[];
  readonly parentAcl: readonly Acl[];
}

/** Told of every change, in order, after it was made. */
export type OnChange = (change: Change) => void;

export interface TreeObserver {
  readonly onChange: OnChange;
  /** Told of every step before the next is made: only then its result can be seen. */
  readonly onStep: (step: ZnodeTxn) => void;
}

const NONE: ReadonlySet<string> = new Set();

/** Every znode there is. Applies transactions without asking whether they are allowed. */
export class DataTree {
  /** By path; the root by the empty one. A parent always comes before its children. */
  readonly #znodes = new Map<string, Znode>();
  readonly #ephemerals = new Map<bigint, Set<string>>();
  readonly #mortals = new Set<string>();
  #dataSize = 0;

  constructor() {
    for (const path of ['', ...ROOMS]) this.#add(path, emptyZnode());
    const config = this.get('/zookeeper/config');
    if (config === undefined) return;
    config.acl = READABLE_BY_ALL;
    config.aversion = -1;
  }

  get size(): number {
    return this.#znodes.size;
  }

  /** Bytes of all paths and data. */
  get dataSize(): number {
    return this.#dataSize;
  }

  get ephemeralCount(): number {
    let count = 0;
    for (const paths of this.#ephemerals.values()) count += paths.size;
    return count;
  }

  /** Containers, and those that live for a time after their last change. */
  get mortals(): ReadonlySet<string> {
    return this.#mortals;
  }

  get(path: string): Znode | undefined {
    return this.#znodes.get(path === '/' ? '' : path);
  }

  entries(): Iterable<readonly [path: string, znode: Znode]> {
    return this.#znodes;
  }

  ephemeralsOf(session: bigint): ReadonlySet<string> {
    return this.#ephemerals.get(session) ?? NONE;
  }

  descendantCount(path: string): number {
    const base = path === '/' ? '' : path;
    let count = 0;
    for (const name of this.get(base)?.children ?? NONE) count += 1 + this.descendantCount(`${base}/${name}`);
    return count;
  }

  /** Put a znode that was kept, in place of what is there; after its parent. */
  restore(path: string, znode: Znode): void {
    const existing = this.#znodes.get(path);
    if (existing !== undefined) this.#dataSize -= sizeOf(path, existing.data);
    this.#add(path, znode);
  }

  apply(txn: Txn, stamp: Stamp, observer: TreeObserver): void {
    switch (txn.type) {
      case 'multi':
        for (const step of txn.steps) this.#applyStep(step, stamp, observer);
        break;
      case 'closeSession':
        for (const path of [...this.ephemeralsOf(txn.session)]) this.#delete(path, stamp, observer.onChange);
        break;
      case 'openSession':
      case 'nothing':
        break;
      default:
        this.#applyStep(txn, stamp, observer);
    }
  }

  #applyStep(step: ZnodeTxn, stamp: Stamp, { onChange, onStep }: TreeObserver): void {
    switch (step.type) {
      case 'create':
        this.#create(step, stamp, onChange);
        break;
      case 'delete':
        this.#delete(step.path, stamp, onChange);
        break;
      case 'setData':
        this.#setData(step, stamp, onChange);
        break;
      case 'setAcl':
        this.#setAcl(step);
        break;
      case 'check':
    }
    onStep(step);
  }

  #create(txn: ZnodeTxn & { type: 'create' }, { zxid, time }: Stamp, onChange: OnChange): void {
    const parent = this.get(parentOf(txn.path) ?? '');
    if (parent === undefined) return;
    // Most znodes have the list of their parent: one for all is enough.
    const acl = sameAcl(txn.acl, parent.acl) ? parent.acl : txn.acl;
    this.#add(txn.path, new Znode({ data: txn.data, acl, owner: txn.owner, czxid: zxid, ctime: time }));
    parent.created += 1;
    parent.pzxid = zxid;
    onChange({ type: 'created', path: txn.path, acl, parentAcl: parent.acl });
  }

  #delete(path: string, { zxid }: Stamp, onChange: OnChange): void {
    const znode = this.get(path);
    const parent = this.get(parentOf(path) ?? '');
    if (znode === undefined || parent === undefined) return;
    this.#znodes.delete(path);
    this.#dataSize -= sizeOf(path, znode.data);
    parent.children?.delete(nameOf(path));
    parent.pzxid = zxid;
    this.#disown(path, znode.owner);
    onChange({ type: 'deleted', path, acl: znode.acl, parentAcl: parent.acl });
  }

  #setData({ path, data }: ZnodeTxn & { type: 'setData' }, { zxid, time }: Stamp, onChange: OnChange): void {
    const znode = this.get(path);
    if (znode === undefined) return;
    this.#dataSize += (data?.length ?? 0) - (znode.data?.length ?? 0);
    znode.data = data;
    znode.version = (znode.version + 1) | 0;
    znode.mzxid = zxid;
    znode.mtime = time;
    onChange({ type: 'changed', path, acl: znode.acl, parentAcl: znode.acl });
  }

  #setAcl({ path, acl }: ZnodeTxn & { type: 'setAcl' }): void {
    const znode = this.get(path);
    if (znode === undefined) return;
    znode.acl = acl;
    znode.aversion = (znode.aversion + 1) | 0;
  }

  #add(path: string, znode: Znode): void {
    this.#znodes.set(path, znode);
    this.#dataSize += sizeOf(path, znode.data);
    const parent = path === '' ? undefined : this.get(parentOf(path) ?? '');
    if (parent !== undefined) {
      parent.children ??= new Set();
      parent.children.add(nameOf(path));
    }
    this.#own(path, znode.owner);
  }

  #own(path: string, owner: bigint): void {
    if (owner === NOBODY) return;
    if (!isSession(owner)) {
      this.#mortals.add(path);
      return;
    }
    const paths = this.#ephemerals.get(owner);
    if (paths === undefined) this.#ephemerals.set(owner, new Set([path]));
    else paths.add(path);
  }

  #disown(path: string, owner: bigint): void {
    if (owner === NOBODY) return;
    this.#mortals.delete(path);
    const paths = this.#ephemerals.get(owner);
    paths?.delete(path);
    if (paths?.size === 0) this.#ephemerals.delete(owner);
  }
}

function emptyZnode(): Znode {
  return new Znode({ data: Buffer.alloc(0), acl: OPEN_TO_ALL, owner: NOBODY, czxid: 0, ctime: 0 });
}

function sizeOf(path: string, data: Buffer | undefined): number {
  return path.length + (data?.length ?? 0);
}
