/** The numbers of the protocol, as Apache's `ZooDefs`, `KeeperException.Code` and `Watcher.Event` have them. */
export const OPS = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  closeSession: -11,
} as const;

export type OpName = keyof typeof OPS;

const ERRORS: Readonly<Record<number, string>> = {
  0: 'ok',
  [-1]: 'SystemError',
  [-2]: 'RuntimeInconsistency',
  [-5]: 'MarshallingError',
  [-6]: 'Unimplemented',
  [-8]: 'BadArguments',
  [-101]: 'NoNode',
  [-102]: 'NoAuth',
  [-103]: 'BadVersion',
  [-108]: 'NoChildrenForEphemerals',
  [-110]: 'NodeExists',
  [-111]: 'NotEmpty',
  [-112]: 'SessionExpired',
  [-113]: 'InvalidCallback',
  [-114]: 'InvalidACL',
  [-115]: 'AuthFailed',
  [-118]: 'SessionMoved',
  [-121]: 'NoWatcher',
  [-123]: 'ReconfigDisabled',
};

/** @returns the name of an error code; the code in words where it has none */
export function errorName(code: number): string {
  return ERRORS[code] ?? `error ${code}`;
}

const EVENTS: Readonly<Record<number, string>> = {
  1: 'NodeCreated',
  2: 'NodeDeleted',
  3: 'NodeDataChanged',
  4: 'NodeChildrenChanged',
  5: 'DataWatchRemoved',
  6: 'ChildWatchRemoved',
  7: 'PersistentWatchRemoved',
};

export function eventName(code: number): string {
  return EVENTS[code] ?? `event ${code}`;
}

/** Flags of `create`. */
export const KIND = {
  persistent: 0,
  ephemeral: 1,
  sequential: 2,
  ephemeralSequential: 3,
  container: 4,
  ttl: 5,
  sequentialTtl: 6,
} as const;

export const PERMS = { read: 1, write: 2, create: 4, delete: 8, admin: 16, all: 31 } as const;
export const WATCHER = { children: 1, data: 2, any: 3 } as const;
export const MODE = { persistent: 0, recursive: 1 } as const;

export interface Stat {
  readonly czxid: bigint;
  readonly mzxid: bigint;
  readonly ctime: bigint;
  readonly mtime: bigint;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  readonly ephemeralOwner: bigint;
  readonly dataLength: number;
  readonly numChildren: number;
  readonly pzxid: bigint;
}

export interface Acl {
  readonly perms: number;
  readonly scheme: string;
  readonly id: string;
}

export const OPEN: readonly Acl[] = [{ perms: PERMS.all, scheme: 'world', id: 'anyone' }];
