import ACL from 'node-zookeeper-client/lib/ACL.js';
import type { JuteRecord, JuteRequest, Operation } from 'node-zookeeper-client/lib/jute/index.js';
import jute from 'node-zookeeper-client/lib/jute/index.js';
import type { TransactionStep } from '../session.ts';

/** A request, and what its successful answer carries. */
export interface Question<Answer> {
  readonly request: JuteRequest;
  readonly read: (payload: never) => Answer;
}

/** What a server tells of a znode: 64-bit numbers are eight bytes. */
export interface Stat {
  readonly czxid: Buffer;
  readonly mzxid: Buffer;
  readonly pzxid: Buffer;
  readonly version: number;
  readonly ephemeralOwner: Buffer;
}

export interface NodeAnswer {
  /** `undefined` when it was created without any. */
  readonly data: Buffer | undefined;
  readonly stat: Stat;
}

export interface ChildrenAnswer {
  readonly children: readonly string[];
  readonly stat: Stat;
}

const { OP_CODES } = jute;
const ANY_VERSION = -1;
const FLAGS = { persistent: 0, ephemeral: 1, ephemeralSequential: 3 } as const;
/** No payload of its own. */
const nothing = () => undefined;

export function getData(path: string, watch: boolean): Question<NodeAnswer> {
  const payload = new jute.protocol.GetDataRequest(path, watch);
  return { request: requestOf(OP_CODES.GET_DATA, payload), read: (answer: NodeAnswer) => answer };
}

export function exists(path: string, watch: boolean): Question<undefined> {
  return { request: requestOf(OP_CODES.EXISTS, new jute.protocol.ExistsRequest(path, watch)), read: nothing };
}

export function getChildren(path: string, watch: boolean): Question<ChildrenAnswer> {
  const payload = new jute.protocol.GetChildren2Request(path, watch);
  return { request: requestOf(OP_CODES.GET_CHILDREN2, payload), read: (answer: ChildrenAnswer) => answer };
}

/** Answered with the path of what was created. */
export function create(path: string, data: string, mode: keyof typeof FLAGS): Question<string> {
  const acl = ACL.OPEN_ACL_UNSAFE.map((entry) => entry.toRecord());
  const payload = new jute.protocol.CreateRequest(path, Buffer.from(data), acl, FLAGS[mode]);
  return { request: requestOf(OP_CODES.CREATE, payload), read: (answer: { path: string }) => answer.path };
}

export function setData(path: string, data: string): Question<undefined> {
  const payload = new jute.protocol.SetDataRequest(path, Buffer.from(data), ANY_VERSION);
  return { request: requestOf(OP_CODES.SET_DATA, payload), read: nothing };
}

export function remove(path: string): Question<undefined> {
  return { request: requestOf(OP_CODES.DELETE, new jute.protocol.DeleteRequest(path, ANY_VERSION)), read: nothing };
}

/**
 * All steps or none; answered with the error code of each, 0 where there is none.
 *
 * Built by hand: node-zookeeper-client's `Transaction` takes version 0 for any version.
 */
export function transaction(steps: readonly TransactionStep[]): Question<readonly number[]> {
  const payload = new jute.TransactionRequest(steps.map(operationOf));
  const read = ({ results }: { results: readonly { err?: number }[] }) => results.map(({ err = 0 }) => err);
  return { request: requestOf(OP_CODES.MULTI, payload), read };
}

export function ping(): JuteRequest {
  return new jute.Request(new jute.protocol.RequestHeader(jute.XID_PING, OP_CODES.PING), null);
}

function operationOf(step: TransactionStep): Operation {
  const { path } = step;
  switch (step.kind) {
    case 'check':
      return { type: OP_CODES.CHECK, path, version: ANY_VERSION };
    case 'create': {
      const mode = step.ephemeral ? FLAGS.ephemeral : FLAGS.persistent;
      return { type: OP_CODES.CREATE, path, data: Buffer.from(step.data), acls: ACL.OPEN_ACL_UNSAFE, mode };
    }
    case 'set':
      return { type: OP_CODES.SET_DATA, path, data: Buffer.from(step.data), version: step.version ?? ANY_VERSION };
    case 'remove':
      return { type: OP_CODES.DELETE, path, version: ANY_VERSION };
  }
}

/** The connection gives it its number when it sends it. */
function requestOf(type: number, payload: JuteRecord): JuteRequest {
  return new jute.Request(new jute.protocol.RequestHeader(0, type), payload);
}
