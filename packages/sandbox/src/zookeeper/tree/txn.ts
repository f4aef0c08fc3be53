import type { Acl } from './acl.ts';

/** A change of one znode that was found possible. */
export type ZnodeTxn =
  | {
      readonly type: 'create';
      readonly path: string;
      readonly data: Buffer | undefined;
      readonly acl: readonly Acl[];
      readonly owner: bigint;
    }
  | { readonly type: 'delete'; readonly path: string }
  | { readonly type: 'setData'; readonly path: string; readonly data: Buffer | undefined }
  | { readonly type: 'setAcl'; readonly path: string; readonly acl: readonly Acl[] }
  | { readonly type: 'check'; readonly path: string };

/** Whatever takes a zxid, a refused request (`nothing`) among it. */
export type Txn =
  | ZnodeTxn
  | { readonly type: 'multi'; readonly steps: readonly ZnodeTxn[] }
  | {
      readonly type: 'openSession';
      readonly session: bigint;
      readonly timeoutMs: number;
      readonly password: Buffer;
    }
  | { readonly type: 'closeSession'; readonly session: bigint }
  | { readonly type: 'nothing' };

/** When a transaction happened. */
export interface Stamp {
  readonly zxid: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}
