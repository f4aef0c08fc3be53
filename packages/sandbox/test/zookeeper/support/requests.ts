import { JuteReader, JuteWriter } from './jute.ts';
import { type Acl, errorName, OPEN, OPS, type OpName, type Stat } from './protocol.ts';

/** What goes into a request; each operation takes what it needs of it. */
export interface Fields {
  readonly path?: string;
  /** Null where it is not given. */
  readonly data?: string | Uint8Array | undefined;
  readonly acl?: readonly Acl[];
  readonly flags?: number;
  readonly ttl?: bigint;
  /** -1, any, unless told. */
  readonly version?: number;
  readonly watch?: boolean;
  /** Of `addWatch`. */
  readonly mode?: number;
  /** Of `removeWatches` and `checkWatches`. */
  readonly type?: number;
  readonly ops?: readonly Operation[];
}

/** One of a `multi` or `multiRead`. */
export interface Operation extends Omit<Fields, 'ops'> {
  readonly op: OpName;
}

/** One result of a `multi`: what was done, or the error. */
export interface Result {
  /** The number that the wire gives it; -1 for an error. */
  readonly type: number;
  readonly error: string;
  readonly path?: string;
  readonly stat?: Stat;
  readonly data?: string | undefined;
  readonly children?: readonly string[];
}

const TEXT = new TextEncoder();

/** Encode the body of a request. */
export function body(op: OpName, fields: Fields): Buffer {
  const to = new JuteWriter();
  WRITERS[op]?.(to, fields);
  return to.bytes();
}

const WRITERS: Partial<Record<OpName, (to: JuteWriter, fields: Fields) => unknown>> = {
  create: writeCreate,
  create2: writeCreate,
  createContainer: writeCreate,
  createTTL: (to, fields) => writeCreate(to, fields).long(fields.ttl ?? 0n),
  delete: (to, { path, version = -1 }) => to.string(path).int(version),
  exists: writeRead,
  getData: writeRead,
  getChildren: writeRead,
  getChildren2: writeRead,
  setData: (to, { path, data, version = -1 }) => to.string(path).buffer(bytesOf(data)).int(version),
  getACL: (to, { path }) => to.string(path),
  setACL: (to, { path, acl = OPEN, version = -1 }) => writeAcl(to.string(path), acl).int(version),
  sync: (to, { path }) => to.string(path),
  check: (to, { path, version = -1 }) => to.string(path).int(version),
  multi: writeMulti,
  multiRead: writeMulti,
  checkWatches: (to, { path, type = 3 }) => to.string(path).int(type),
  removeWatches: (to, { path, type = 3 }) => to.string(path).int(type),
  addWatch: (to, { path, mode = 0 }) => to.string(path).int(mode),
  getEphemerals: (to, { path }) => to.string(path),
  getAllChildrenNumber: (to, { path }) => to.string(path),
};

function writeCreate(to: JuteWriter, { path, data, acl = OPEN, flags = 0 }: Fields): JuteWriter {
  return writeAcl(to.string(path).buffer(bytesOf(data)), acl).int(flags);
}

function writeRead(to: JuteWriter, { path, watch = false }: Fields): JuteWriter {
  return to.string(path).bool(watch);
}

function writeAcl(to: JuteWriter, acl: readonly Acl[]): JuteWriter {
  return to.list(acl, ({ perms, scheme, id }) => to.int(perms).string(scheme).string(id));
}

function writeMulti(to: JuteWriter, { ops = [] }: Fields): void {
  for (const each of ops) {
    to.int(OPS[each.op]).bool(false).int(-1);
    WRITERS[each.op]?.(to, each);
  }
  to.int(-1).bool(true).int(-1);
}

function bytesOf(data: string | Uint8Array | undefined): Uint8Array | undefined {
  return typeof data === 'string' ? TEXT.encode(data) : data;
}

export function readStat(from: JuteReader): Stat {
  return {
    czxid: from.long(),
    mzxid: from.long(),
    ctime: from.long(),
    mtime: from.long(),
    version: from.int(),
    cversion: from.int(),
    aversion: from.int(),
    ephemeralOwner: from.long(),
    dataLength: from.int(),
    numChildren: from.int(),
    pzxid: from.long(),
  };
}

export function readAcl(from: JuteReader): Acl[] {
  return from.list(() => ({ perms: from.int(), scheme: from.text(), id: from.text() }));
}

export function readResults(from: JuteReader): Result[] {
  const results: Result[] = [];
  for (;;) {
    const [type, done, error] = [from.int(), from.bool(), errorName(from.int())];
    if (done) return results;
    results.push({ type, error, ...RESULTS[type]?.(from) });
  }
}

const RESULTS: Readonly<Record<number, (from: JuteReader) => Partial<Result>>> = {
  [-1]: (from) => ({ error: errorName(from.int()) }),
  [OPS.create]: (from) => ({ path: from.text() }),
  [OPS.create2]: (from) => ({ path: from.text(), stat: readStat(from) }),
  [OPS.setData]: (from) => ({ stat: readStat(from) }),
  [OPS.getData]: (from) => ({ data: from.string(), stat: readStat(from) }),
  [OPS.getChildren]: (from) => ({ children: from.strings() }),
};

/** @throws Error when bytes are left, or were missing */
export function whole<T>(bytes: Buffer, read: (from: JuteReader) => T): T {
  const from = new JuteReader(bytes);
  const value = read(from);
  if (from.left !== 0) throw new Error(`${from.left} bytes more than expected: ${bytes.toString('hex')}`);
  return value;
}
