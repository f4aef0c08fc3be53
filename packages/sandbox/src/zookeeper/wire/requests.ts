import type { Acl } from '../tree/acl.ts';
import type { JuteReader } from './jute-reader.ts';
import type { JuteWriter } from './jute-writer.ts';
import { OP } from './op-codes.ts';

/** A request to change znodes, as it was sent. */
export type WriteRequest = CreateRequest | VersionedRequest | SetDataRequest | SetAclRequest;

export interface CreateRequest {
  readonly type: 'create';
  /** Which of the four ways to create it was: they answer differently. */
  readonly op: number;
  readonly path: string;
  readonly data: Buffer | undefined;
  readonly acl: readonly Acl[];
  readonly flags: number;
  /** -1 where the request has none. */
  readonly ttlMs: bigint;
}

export interface VersionedRequest {
  readonly type: 'delete' | 'check';
  readonly path: string;
  readonly version: number;
}

export interface SetDataRequest {
  readonly type: 'setData';
  readonly path: string;
  readonly data: Buffer | undefined;
  readonly version: number;
}

export interface SetAclRequest {
  readonly type: 'setAcl';
  readonly path: string;
  readonly acl: readonly Acl[];
  readonly version: number;
}

/** @returns nothing when `op` is no write */
export function readWriteRequest(op: number, from: JuteReader): WriteRequest | undefined {
  switch (op) {
    case OP.create:
    case OP.create2:
    case OP.createContainer:
    case OP.createTtl:
      return readCreate(op, from);
    case OP.delete:
      return { type: 'delete', path: from.string(), version: from.int() };
    case OP.check:
      return { type: 'check', path: from.string(), version: from.int() };
    case OP.setData:
      return { type: 'setData', path: from.string(), data: from.buffer(), version: from.int() };
    case OP.setAcl:
      return { type: 'setAcl', path: from.string(), acl: readAcl(from), version: from.int() };
    default:
      return undefined;
  }
}

function readCreate(op: number, from: JuteReader): CreateRequest {
  return {
    type: 'create',
    op,
    path: from.string(),
    data: from.buffer(),
    acl: readAcl(from),
    flags: from.int(),
    ttlMs: op === OP.createTtl ? from.long() : -1n,
  };
}

export function readAcl(from: JuteReader): Acl[] {
  return from.vector(() => ({ perms: from.int(), scheme: from.string(), id: from.string() }));
}

export function writeAcl(to: JuteWriter, acl: readonly Acl[]): void {
  to.vector(acl, ({ perms, scheme, id }) => {
    to.int(perms);
    to.string(scheme);
    to.string(id);
  });
}

/** Between the operations of a multi and of its answer; the last one says `done`. */
export interface MultiHeader {
  readonly type: number;
  readonly isDone: boolean;
  readonly code: number;
}

export function readMultiHeader(from: JuteReader): MultiHeader {
  return { type: from.int(), isDone: from.bool(), code: from.int() };
}

export function writeMultiHeader(to: JuteWriter, { type, isDone, code }: MultiHeader): void {
  to.int(type);
  to.bool(isDone);
  to.int(code);
}
