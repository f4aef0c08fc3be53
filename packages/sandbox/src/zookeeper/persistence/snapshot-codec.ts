import type { Session } from '../sessions/session.ts';
import { Znode } from '../tree/znode.ts';
import { JuteReader } from '../wire/jute-reader.ts';
import { JuteWriter } from '../wire/jute-writer.ts';
import { readAcl, writeAcl } from '../wire/requests.ts';

/** Everything that outlives a server, but for what is in the log. */
export interface Snapshot {
  readonly zxid: number;
  readonly sessions: Iterable<Pick<Session, 'id' | 'password' | 'timeoutMs'>>;
  /** A parent before its children. */
  readonly znodes: Iterable<readonly [path: string, znode: Znode]>;
}

export function encodeSnapshot({ zxid, sessions, znodes }: Snapshot): Buffer {
  const to = new JuteWriter();
  to.number(zxid);
  to.vector([...sessions], ({ id, password, timeoutMs }) => {
    to.long(id);
    to.buffer(password);
    to.int(timeoutMs);
  });
  for (const [path, znode] of znodes) {
    to.string(path);
    writeZnode(to, znode);
  }
  return to.take();
}

/** @throws {OchoError} `INVALID_INPUT` when it is not what `encodeSnapshot` wrote */
export function decodeSnapshot(state: Uint8Array): Snapshot {
  const from = new JuteReader(Buffer.from(state.buffer, state.byteOffset, state.byteLength));
  const zxid = from.number();
  const sessions = from.vector(() => ({
    id: from.long(),
    password: from.buffer() ?? Buffer.alloc(0),
    timeoutMs: from.int(),
  }));
  const znodes: [string, Znode][] = [];
  while (!from.isAtEnd) znodes.push([from.string(), readZnode(from)]);
  return { zxid, sessions, znodes };
}

function writeZnode(to: JuteWriter, znode: Znode): void {
  to.buffer(znode.data);
  writeAcl(to, znode.acl);
  to.long(znode.owner);
  for (const number of [znode.czxid, znode.ctime, znode.mzxid, znode.mtime, znode.pzxid]) to.number(number);
  for (const counter of [znode.version, znode.aversion, znode.created]) to.int(counter);
}

function readZnode(from: JuteReader): Znode {
  const znode = new Znode({
    data: from.buffer(),
    acl: readAcl(from),
    owner: from.long(),
    czxid: from.number(),
    ctime: from.number(),
  });
  znode.mzxid = from.number();
  znode.mtime = from.number();
  znode.pzxid = from.number();
  znode.version = from.int();
  znode.aversion = from.int();
  znode.created = from.int();
  return znode;
}
