import type { Acl } from './acl.ts';

/** What decisions need to know of a znode. */
export interface ZnodeFacts {
  readonly acl: readonly Acl[];
  readonly version: number;
  readonly aversion: number;
  /** Children ever created: the next number of a sequence. */
  readonly created: number;
  readonly childCount: number;
  readonly owner: bigint;
}

/** A znode as the tree keeps it. Only the tree changes it. */
export class Znode implements ZnodeFacts {
  data: Buffer | undefined;
  acl: readonly Acl[];
  readonly owner: bigint;
  readonly czxid: number;
  readonly ctime: number;
  mzxid: number;
  mtime: number;
  pzxid: number;
  version = 0;
  aversion = 0;
  created = 0;
  /** Nothing until it has had some: most znodes are leaves. */
  children: Set<string> | undefined;

  constructor(facts: Pick<Znode, 'data' | 'acl' | 'owner' | 'czxid' | 'ctime'>) {
    this.data = facts.data;
    this.acl = facts.acl;
    this.owner = facts.owner;
    this.czxid = facts.czxid;
    this.ctime = facts.ctime;
    this.mzxid = facts.czxid;
    this.mtime = facts.ctime;
    this.pzxid = facts.czxid;
  }

  get childCount(): number {
    return this.children?.size ?? 0;
  }
}
