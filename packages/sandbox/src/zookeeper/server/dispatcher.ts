import { isOchoError } from 'ochopod-core';

import { sessionName } from '../sessions/session.ts';
import { decide } from '../tree/decide.ts';
import { decideMulti } from '../tree/decide-multi.ts';
import type { ZnodeTxn } from '../tree/txn.ts';
import { CODE, type Code } from '../wire/codes.ts';
import { JuteReader } from '../wire/jute-reader.ts';
import { JuteWriter } from '../wire/jute-writer.ts';
import { OP } from '../wire/op-codes.ts';
import { readWriteRequest, type WriteRequest } from '../wire/requests.ts';
import { identify } from './authentication.ts';
import { catchUp, readFormerWatches } from './catch-up.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import { multiRead, readSteps, writeEndOfSteps, writeFailedSteps, writeResult, writeStep } from './multi.ts';
import { READS, type Read, type ReadScene } from './reads.ts';

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
    connection.lastXid = request.xid;
    connection.lastOp = request.op;
    const read = READS.get(request.op);
    if (read !== undefined) this.#read(request, read);
    else if (WRITES.has(request.op)) this.#write(request);
    else this.#handleSpecial(request);
  }

  #handleSpecial(request: Request): void {
    const special = this.#special.get(request.op);
    if (special === undefined) this.#refuseUnknown(request);
    else special(request);
  }

  #read({ xid, from, connection }: Request, read: Read): void {
    const { zxid } = this.#database;
    const start = connection.beginReply({ xid, zxid, code: CODE.ok });
    const code = attempt(read, { database: this.#database, connection, from, to: connection.out });
    if (code !== CODE.ok) {
      connection.out.rewind(start);
      connection.beginReply({ xid, zxid, code });
    }
    connection.endReply(start);
  }

  #write(request: Request): void {
    const { op, from, connection } = request;
    const write = orUndefined(() => readWriteRequest(op, from));
    if (write === undefined) {
      this.#refuseWrite(request, CODE.marshallingError);
      return;
    }
    const step = decide(write, this.#database.tree, askerOf(connection));
    if (typeof step === 'number') {
      this.#refuseWrite(request, step);
      return;
    }
    this.#database.commit(step);
    const start = this.#beginReply(request, CODE.ok);
    writeResult(connection.out, { request: write, step }, this.#database);
    connection.endReply(start);
  }

  #multi(request: Request): void {
    const { from, connection } = request;
    const writes = orUndefined(() => readSteps(from));
    if (writes === undefined) {
      this.#refuseWrite(request, CODE.marshallingError);
      return;
    }
    const decision = decideMulti(writes, this.#database.tree, askerOf(connection));
    const results = new JuteWriter();
    if ('steps' in decision) this.#commitSteps(writes, decision.steps, results);
    else {
      this.#database.commit({ type: 'nothing' });
      writeFailedSteps(results, decision.codes);
    }
    const start = this.#beginReply(request, CODE.ok);
    connection.out.append(results.take());
    connection.endReply(start);
  }

  #commitSteps(writes: readonly WriteRequest[], steps: readonly ZnodeTxn[], results: JuteWriter): void {
    const requests = writes.values();
    this.#database.commit({ type: 'multi', steps }, (step) => {
      const { value: request } = requests.next();
      if (request !== undefined) writeStep(results, { request, step }, this.#database);
    });
    writeEndOfSteps(results);
  }

  /** Refused writes take a zxid, too. */
  #refuseWrite(request: Request, code: Code): void {
    this.#database.commit({ type: 'nothing' });
    this.#reply(request, code);
  }

  #setWatches(request: Request): void {
    const { op, from, connection } = request;
    const former = orUndefined(() => readFormerWatches(from, { hasLasting: op === OP.setWatches2 }));
    if (former !== undefined) catchUp(former, connection, this.#database);
    this.#reply(request, former === undefined ? CODE.marshallingError : CODE.ok);
  }

  #authenticate({ xid, from, connection }: Request): void {
    from.int(); // the type of the packet, which nobody uses
    const address = connection.identities[0]?.id ?? '';
    const identity = identify(from.string(), from.buffer() ?? Buffer.alloc(0), address);
    connection.reply({ xid, zxid: NO_ZXID, code: identity === undefined ? CODE.authFailed : CODE.ok });
    if (identity === undefined) connection.finish('it could not authenticate');
    else connection.identify(identity);
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

/** The record of a request may be anything. */
function attempt(read: Read, scene: ReadScene): Code {
  try {
    return read(scene);
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
