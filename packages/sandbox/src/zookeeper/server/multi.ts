import { OchoError } from 'ochopod-core';

import type { ZnodeTxn } from '../tree/txn.ts';
import { CODE, type Code } from '../wire/codes.ts';
import type { JuteReader } from '../wire/jute-reader.ts';
import type { JuteWriter } from '../wire/jute-writer.ts';
import { OP } from '../wire/op-codes.ts';
import { readMultiHeader, readWriteRequest, type WriteRequest, writeMultiHeader } from '../wire/requests.ts';
import { writeStat } from '../wire/stat.ts';
import type { Database } from './database.ts';
import { getChildren, getData, type Read, type ReadScene } from './reads.ts';

const CONTAINER_FLAGS = 4;
/** No client takes such an answer; without a bound one request could ask for any amount of memory. */
const MAX_ANSWER = 16 << 20;
const END = { type: -1, isDone: true, code: -1 } as const;

/** The operations of a multi that changes something. */
export function readSteps(from: JuteReader): readonly WriteRequest[] {
  const steps: WriteRequest[] = [];
  for (let header = readMultiHeader(from); !header.isDone; header = readMultiHeader(from)) {
    const step = readWriteRequest(header.type, from);
    if (step === undefined || step.type === 'setAcl') throw notInMulti(header.type);
    steps.push(asInMulti(step));
  }
  return steps;
}

/** Here the flags of a create say which kind it is, not the type of the operation. */
function asInMulti(step: WriteRequest): WriteRequest {
  if (step.type !== 'create' || step.op === OP.createTtl) return step;
  return { ...step, op: step.flags === CONTAINER_FLAGS ? OP.createContainer : OP.create };
}

export function writeFailedSteps(to: JuteWriter, codes: readonly Code[]): void {
  for (const code of codes) {
    writeMultiHeader(to, { type: OP.error, isDone: false, code });
    to.int(code);
  }
  writeMultiHeader(to, END);
}

/** A request, and what became of it. */
interface Outcome {
  readonly request: WriteRequest;
  readonly step: ZnodeTxn;
}

/** To be called right after the step was made: a later one may change what it tells of, or delete it. */
export function writeStep(to: JuteWriter, outcome: Outcome, database: Database): void {
  writeMultiHeader(to, { type: typeOfResult(outcome.request), isDone: false, code: CODE.ok });
  if (outcome.step.type !== 'check') writeResult(to, outcome, database);
}

export function writeEndOfSteps(to: JuteWriter): void {
  writeMultiHeader(to, END);
}

function typeOfResult(request: WriteRequest): number {
  if (request.type !== 'create') return OP[request.type];
  return request.op === OP.create ? OP.create : OP.create2;
}

/** What a request for a write is answered with, after the header. */
export function writeResult(to: JuteWriter, { request, step }: Outcome, { tree }: Database): void {
  if (step.type === 'delete') return;
  if (step.type === 'create') to.string(step.path);
  if (request.type === 'create' && request.op === OP.create) return;
  const znode = tree.get(step.path);
  if (znode !== undefined) writeStat(to, znode);
}

const MULTI_READS: ReadonlyMap<number, Read> = new Map([
  [OP.getData, getData],
  [OP.getChildren, getChildren],
]);

/** Several reads in one request, each with its own success. */
export function multiRead(scene: ReadScene): Code {
  const { from, to } = scene;
  const begin = to.length;
  for (let header = readMultiHeader(from); !header.isDone; header = readMultiHeader(from)) {
    const read = MULTI_READS.get(header.type);
    if (read === undefined) throw notInMulti(header.type);
    const start = to.length;
    writeMultiHeader(to, { type: header.type, isDone: false, code: CODE.ok });
    const code = read(scene);
    if (to.length - begin > MAX_ANSWER) return CODE.marshallingError;
    if (code === CODE.ok) continue;
    to.rewind(start);
    writeMultiHeader(to, { type: OP.error, isDone: false, code });
    to.int(code);
  }
  writeMultiHeader(to, END);
  return CODE.ok;
}

function notInMulti(type: number): OchoError {
  return new OchoError(`A multi cannot hold an operation of type ${type}`, { code: 'INVALID_INPUT' });
}
