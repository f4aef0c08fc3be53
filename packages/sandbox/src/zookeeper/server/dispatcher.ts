import { isOchoError } from 'ochopod-core';

import { sessionName } from '../sessions/session.ts';
import { decide } from '../tree/decide.ts';
import { decideMulti } from '../tree/decide-multi.ts';
import { CODE, type Code } from '../wire/codes.ts';
import { JuteReader } from '../wire/jute-reader.ts';
import { OP } from '../wire/op-codes.ts';
import { readWriteRequest } from '../wire/requests.ts';
import { identify } from './authentication.ts';
import { catchUp, readFormerWatches } from './catch-up.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { multiRead, readSteps, writeFailedSteps, writeResult, writeSteps } from './multi.ts';
import { READS, type Read } from './reads.ts';

const PING_XID = -2;
/** Of answers that tell nothing of the tree. */
const NO_ZXID = 0;
const UNKNOWN_ZXID = -1;
const WRITES: ReadonlySet<number> = new Set([
  OP.create,
  OP.create2,
  OP.createContainer,
  OP.createTtl,
  OP.delete,
  OP.setData,
  OP.setAcl,
  OP.check,
]);

interface Request {
  readonly xid: number;
  readonly op: number;
  readonly from: JuteReader;
  readonly connection: Connection;
}

/** Answers the requests of connections that have a session. */
export class Dispatcher {
  readonly #database: Database;
  readonly #special: ReadonlyMap<number, (request: Request) => void>;

  constructor(database: Database) {
    this.#database = database;
    this.#special = new Map([
      [OP.ping, (request: Request) => this.#reply({ ...request, xid: PING_XID }, CODE.ok)],
      [OP.multi, (request: Request) => this.#multi(request)],
      [OP.multiRead, (request: Request) => this.#read(request, multiRead)],
      [OP.setWatches, (request: Request) => this.#setWatches(request)],
      [OP.setWatches2, (request: Request) => this.#setWatches(request)],
      [OP.reconfig, (request: Request) => this.#refuseWrite(request, CODE.reconfigDisabled)],
      [OP.auth, (request: Request) => this.#authenticate(request)],
      [OP.sasl, (request: Request) => this.#sasl(request)],
      [OP.closeSession, (request: Request) => this.#closeSession(request)],
    ]);
  }

  /** @throws {OchoError} `INVALID_INPUT` when not even the header of the request can be read */
  handle(connection: Connection, frame: Buffer): void {
    const from = new JuteReader(frame);
    const request = { xid: from.int(), op: from.int(), from, connection };
    const read = READS.get(request.op);
    if (read !== undefined) return this.#read(request, read);
    if (WRITES.has(request.op)) return this.#write(request);
    const special = this.#special.get(request.op);
    if (special === undefined) return this.#refuseUnknown(request);
    special(request);
  }

  #read({ xid, from, connection }: Request, read: Read): void {
    const { zxid } = this.#database;
    const start = connection.beginReply({ xid, zxid, code: CODE.ok });
    const code = codeOf(() => read({ database: this.#database, connection, from, to: connection.out }));
    if (code !== CODE.ok) {
      connection.out.rewind(start);
      connection.beginReply({ xid, zxid, code });
    }
    connection.endReply(start);
  }

  #write(request: Request): void {
    const { op, from, connection } = request;
    const write = orUndefined(() => readWriteRequest(op, from));
    if (write === undefined) return this.#refuseWrite(request, CODE.marshallingError);
    const step = decide(write, this.#database.tree, askerOf(connection));
    if (typeof step === 'number') return this.#refuseWrite(request, step);
    this.#database.commit(step);
    const start = this.#beginReply(request, CODE.ok);
    writeResult(connection.out, { request: write, step }, this.#database);
    connection.endReply(start);
  }

  #multi(request: Request): void {
    const { from, connection } = request;
    const requests = orUndefined(() => readSteps(from));
    if (requests === undefined) return this.#refuseWrite(request, CODE.marshallingError);
    const decision = decideMulti(requests, this.#database.tree, askerOf(connection));
    this.#database.commit('steps' in decision ? { type: 'multi', steps: decision.steps } : { type: 'nothing' });
    const start = this.#beginReply(request, CODE.ok);
    if ('codes' in decision) writeFailedSteps(connection.out, decision.codes);
    else writeSteps(connection.out, pairs(requests, decision.steps), this.#database);
    connection.endReply(start);
  }

  /** Refused writes take a zxid, too. */
  #refuseWrite(request: Request, code: Code): void {
    this.#database.commit({ type: 'nothing' });
    this.#reply(request, code);
  }

  #setWatches(request: Request): void {
    const { op, from, connection } = request;
    const former = orUndefined(() => readFormerWatches(from, { hasLasting: op === OP.setWatches2 }));
    if (former === undefined) return this.#reply(request, CODE.marshallingError);
    catchUp(former, connection, this.#database);
    this.#reply(request, CODE.ok);
  }

  #authenticate({ xid, from, connection }: Request): void {
    from.int(); // the type of the packet, which nobody uses
    const address = connection.identities[0]?.id ?? '';
    const identity = identify(from.string(), from.buffer() ?? Buffer.alloc(0), address);
    connection.reply({ xid, zxid: NO_ZXID, code: identity === undefined ? CODE.authFailed : CODE.ok });
    if (identity === undefined) return connection.finish('it could not authenticate');
    const isKnown = connection.identities.some(({ scheme, id }) => scheme === identity.scheme && id === identity.id);
    if (!isKnown) connection.identities.push(identity);
  }

  /** As a server answers that is not set up for SASL: with no token. */
  #sasl({ xid, connection }: Request): void {
    const start = connection.beginReply({ xid, zxid: NO_ZXID, code: CODE.ok });
    connection.out.buffer(undefined);
    connection.endReply(start);
  }

  #closeSession(request: Request): void {
    const { session } = request.connection;
    if (session === undefined) return;
    this.#database.commit({ type: 'closeSession', session: session.id });
    this.#reply(request, CODE.ok);
    request.connection.finish(`session ${sessionName(session.id)} was closed by its client`);
  }

  #refuseUnknown({ xid, op, connection }: Request): void {
    connection.reply({ xid, zxid: UNKNOWN_ZXID, code: CODE.unimplemented });
    connection.finish(`it sent a request of the unknown type ${op}`);
  }

  #reply(request: Pick<Request, 'xid' | 'connection'>, code: Code): void {
    request.connection.endReply(this.#beginReply(request, code));
  }

  #beginReply({ xid, connection }: Pick<Request, 'xid' | 'connection'>, code: Code): number {
    return connection.beginReply({ xid, zxid: this.#database.zxid, code });
  }
}

function askerOf({ session, identities }: Connection) {
  return { session: session?.id ?? 0n, identities };
}

function pairs<A, B>(requests: readonly A[], steps: readonly B[]): { readonly request: A; readonly step: B }[] {
  return steps.flatMap((step, index) => {
    const request = requests[index];
    return request === undefined ? [] : [{ request, step }];
  });
}

/** The record of a request may be anything. */
function codeOf(read: () => Code): Code {
  try {
    return read();
  } catch (error) {
    if (isOchoError(error, 'INVALID_INPUT')) return CODE.marshallingError;
    throw error;
  }
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isOchoError(error, 'INVALID_INPUT')) return undefined;
    throw error;
  }
}
