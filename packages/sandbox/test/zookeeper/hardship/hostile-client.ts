import { JuteWriter } from '../support/jute.ts';
import { OPS, type OpName } from '../support/protocol.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { body, type Fields, type Operation } from '../support/requests.ts';
import type { Random } from './random.ts';

/** Where hostile clients play; the rest of the tree they hit by chance only. */
export const PLAYGROUND = '/fuzz';

const ODD_LENGTHS = [-1, -(2 ** 31), 2 ** 31 - 1, 0xfffff, 0x100000, 0, 1, 3, 8];
const ODD_VALUES = [0, -1, 1, 2 ** 31 - 1, -(2 ** 31), 0xff, 0x7f];
const PATHS = ['', '/a', '/a/b', '/b', '/c-', '/a/../b', '//', '/\u0000', '/\ud800', `/${'long'.repeat(300)}`];
const OP_NAMES = Object.keys(OPS) as OpName[];
const IN_MULTI: readonly OpName[] = ['create', 'create2', 'delete', 'setData', 'check', 'getData', 'getChildren'];

/** One connection that behaves badly in some way, and ends. Never waits for an answer longer than a moment. */
export async function attack(port: number, random: Random): Promise<void> {
  const connection = await RawConnection.open(port);
  await random.pick(ATTACKS)(connection, random);
  if (random.happens(0.8)) await Promise.race([connection.closed, aTurn(random.below(20))]);
  await connection.drop();
}

type Attack = (connection: RawConnection, random: Random) => Promise<void>;

const ATTACKS: readonly Attack[] = [
  async (connection, random) => connection.send(random.bytes(random.below(300))),
  async (connection, random) => connection.send(handshake(random).subarray(0, random.below(49))),
  async (connection, random) => connection.send(mutated(handshake(random), random)),
  async (connection, random) => connection.send(Buffer.from(random.pick(['ruok', 'mntr', 'xxxx', 'ru', 'stat\n\n']))),
  async (connection, random) => {
    for (const byte of handshake(random)) connection.send(Buffer.from([byte]));
    connection.send(frames(20, random));
  },
  welcomed((random) => random.bytes(random.below(2000))),
  welcomed((random) => withLength(random.pick(ODD_LENGTHS), random.bytes(random.below(100)))),
  welcomed((random) => frames(1 + random.below(100), random)),
  welcomed((random) => frames(1 + random.below(100), random)),
  welcomed((random) => mutated(frames(1 + random.below(20), random), random)),
  welcomed((random) => mutated(frames(1 + random.below(20), random), random)),
  welcomed((random) => {
    const sent = frames(1 + random.below(20), random);
    return sent.subarray(0, random.below(sent.length));
  }),
  welcomed((random) => withLength(0xffffe, Buffer.alloc(random.below(0xfffff)))),
];

/** Most are welcomed first; some do not wait for it. */
function welcomed(send: (random: Random) => Buffer): Attack {
  return async (connection, random) => {
    const welcome = new Promise<void>((resolve) => {
      connection.onFrame = () => resolve();
    });
    connection.send(handshake(random));
    if (random.happens(0.8)) await Promise.race([welcome, connection.closed]);
    if (!connection.isClosed) connection.send(send(random));
  };
}

function handshake(random: Random): Buffer {
  const to = new JuteWriter().int(0).long(BigInt(random.happens(0.05) ? 2 ** 40 : 0));
  to.int(random.pick([-1, 0, 400, 5000, 2 ** 31 - 1]));
  to.long(BigInt(random.happens(0.1) ? random.below(2 ** 31) : 0)).buffer(Buffer.alloc(random.pick([16, 16, 0, 200])));
  return framed(random.happens(0.5) ? to.bool(random.happens(0.1)).bytes() : to.bytes());
}

function frames(count: number, random: Random): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => framed(request(random))));
}

function request(random: Random): Buffer {
  const op = random.pick(OP_NAMES);
  const code = random.happens(0.02) ? random.below(2 ** 31) : OPS[op];
  const xid = random.happens(0.9) ? random.below(10_000) : random.pick([-1, -2, -4, -8]);
  const head = new JuteWriter().int(xid).int(code).bytes();
  return Buffer.concat([head, random.happens(0.05) ? random.bytes(random.below(60)) : bodyOf(op, random)]);
}

function bodyOf(op: OpName, random: Random): Buffer {
  if (op === 'auth') {
    const scheme = random.pick(['digest', 'digest', 'ip', 'world', 'sasl', '']);
    return new JuteWriter().int(0).string(scheme).buffer(Buffer.from('ann:secret')).bytes();
  }
  if (op === 'setWatches' || op === 'setWatches2') {
    const to = new JuteWriter().long(BigInt(random.below(1000)));
    for (let list = 0; list < (op === 'setWatches' ? 3 : 5); list += 1) to.strings([path(random), path(random)]);
    return to.bytes();
  }
  return body(op, fields(random));
}

function fields(random: Random): Fields {
  const operation = (): Operation => ({ op: random.pick(IN_MULTI), ...plainFields(random) });
  return { ...plainFields(random), ops: Array.from({ length: random.below(8) }, operation) };
}

function plainFields(random: Random): Omit<Fields, 'ops'> {
  const data = random.pick([undefined, '', 'some data', 'x'.repeat(random.below(5000))]);
  return {
    path: path(random),
    data,
    flags: random.pick([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, -1]),
    ttl: BigInt(random.pick([1, 500, 0, -5])),
    version: random.pick([-1, -1, -1, 0, 1, 7]),
    watch: random.happens(0.5),
    mode: random.below(3),
    type: 1 + random.below(4),
  };
}

function path(random: Random): string {
  return `${PLAYGROUND}${random.pick(PATHS)}${random.happens(0.2) ? random.below(50) : ''}`;
}

/** Some bytes changed, or a number in the middle made odd. */
function mutated(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let change = 1 + random.below(4); change > 0; change -= 1) {
    const at = random.below(changed.length);
    if (random.happens(0.5) && at + 4 <= changed.length) changed.writeInt32BE(random.pick(ODD_VALUES), at);
    else changed[at] = random.below(256);
  }
  return changed;
}

function framed(payload: Uint8Array): Buffer {
  return withLength(payload.length, payload);
}

function withLength(length: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32BE(length | 0);
  return Buffer.concat([head, payload]);
}

/** So many turns of the event loop: not a wait for anything. */
async function aTurn(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
