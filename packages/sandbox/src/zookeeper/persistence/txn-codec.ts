import { OchoError } from 'ochopod-core';

import type { Stamp, Txn, ZnodeTxn } from '../tree/txn.ts';
import { JuteReader } from '../wire/jute-reader.ts';
import { JuteWriter } from '../wire/jute-writer.ts';
import { readAcl, writeAcl } from '../wire/requests.ts';

/** A transaction and when it happened, as it is kept on disk. */
export interface Entry {
  readonly stamp: Stamp;
  readonly txn: Txn;
}

/** Their numbers are on disks: never reuse one. */
const TYPES = {
  nothing: 0,
  create: 1,
  delete: 2,
  setData: 3,
  setAcl: 4,
  check: 5,
  multi: 6,
  openSession: 7,
  closeSession: 8,
} as const satisfies Record<Txn['type'], number>;

const TYPE_OF = new Map<number, Txn['type']>(Object.entries(TYPES).map(([type, code]) => [code, type as Txn['type']]));

export function encodeEntry({ stamp, txn }: Entry): Buffer {
  const to = new JuteWriter();
  to.number(stamp.zxid);
  to.number(stamp.time);
  writeTxn(to, txn);
  return to.take();
}

/** @throws {OchoError} `INVALID_INPUT` when it is not what `encodeEntry` wrote */
export function decodeEntry(record: Uint8Array): Entry {
  const from = new JuteReader(Buffer.from(record.buffer, record.byteOffset, record.byteLength));
  return { stamp: { zxid: from.number(), time: from.number() }, txn: readTxn(from) };
}

function writeTxn(to: JuteWriter, txn: Txn): void {
  switch (txn.type) {
    case 'nothing':
      to.int(TYPES.nothing);
      break;
    case 'multi':
      to.int(TYPES.multi);
      to.vector(txn.steps, (step) => writeStep(to, step));
      break;
    case 'openSession':
      to.int(TYPES.openSession);
      to.long(txn.session);
      to.int(txn.timeoutMs);
      to.buffer(txn.password);
      break;
    case 'closeSession':
      to.int(TYPES.closeSession);
      to.long(txn.session);
      break;
    default:
      writeStep(to, txn);
  }
}

function writeStep(to: JuteWriter, txn: ZnodeTxn): void {
  to.int(TYPES[txn.type]);
  to.string(txn.path);
  switch (txn.type) {
    case 'create':
      to.buffer(txn.data);
      writeAcl(to, txn.acl);
      to.long(txn.owner);
      break;
    case 'setData':
      to.buffer(txn.data);
      break;
    case 'setAcl':
      writeAcl(to, txn.acl);
      break;
    case 'delete':
    case 'check':
  }
}

function readTxn(from: JuteReader): Txn {
  const type = TYPE_OF.get(from.int());
  switch (type) {
    case undefined:
      throw new OchoError('A kept record is of no known type', { code: 'INVALID_INPUT' });
    case 'nothing':
      return { type };
    case 'multi':
      return { type, steps: from.vector(() => readTxn(from) as ZnodeTxn) };
    case 'openSession':
      return { type, session: from.long(), timeoutMs: from.int(), password: from.buffer() ?? Buffer.alloc(0) };
    case 'closeSession':
      return { type, session: from.long() };
    default:
      return readStep(type, from);
  }
}

function readStep(type: ZnodeTxn['type'], from: JuteReader): ZnodeTxn {
  const path = from.string();
  switch (type) {
    case 'create':
      return { type, path, data: from.buffer(), acl: readAcl(from), owner: from.long() };
    case 'setData':
      return { type, path, data: from.buffer() };
    case 'setAcl':
      return { type, path, acl: readAcl(from) };
    default:
      return { type, path };
  }
}
