import type { Request } from './wire-client.ts';

const OPEN_TO_THE_WORLD = Buffer.concat([int(1), int(31), text('world'), text('anyone')]);
const ANY_VERSION = int(-1);
const EPHEMERAL = 1;

export function create(path: string, data: string, { ephemeral = false } = {}): Request {
  const body = [text(path), text(data), OPEN_TO_THE_WORLD, int(ephemeral ? EPHEMERAL : 0)];
  return { op: 1, body: Buffer.concat(body) };
}

export function getData(path: string, { watch = false } = {}): Request {
  return { op: 4, body: Buffer.concat([text(path), Buffer.from([watch ? 1 : 0])]) };
}

export function setData(path: string, data: string): Request {
  return { op: 5, body: Buffer.concat([text(path), text(data), ANY_VERSION]) };
}

export function getChildren(path: string): Request {
  return { op: 8, body: Buffer.concat([text(path), Buffer.from([0])]) };
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int(bytes.length), bytes]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
