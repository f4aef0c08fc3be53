import { crc32 } from 'node:zlib';
import { OchoError } from 'ochopod-core';

/**
 * The bytes on disk; numbers are big-endian.
 *
 * A log begins with its name and number, checksummed, and goes on with frames, one for each write that was synced as a
 * whole: a mark, the length and the checksum of the body, and in the body each record behind its length. The checksum
 * covers the number of the log and the place of the frame too, so that bytes of another log in a record are no frame.
 *
 * A snapshot is its name, its number, the length and the checksum of the state, and the state.
 */
export const LOG_HEADER_BYTES = 16;

const LOG_NAME = Buffer.from('ochozlog');
const SNAPSHOT_NAME = Buffer.from('ochosnap');
const SNAPSHOT_HEADER_BYTES = 20;
const FRAME_MARK = Buffer.from('fRm1');
const FRAME_HEADER_BYTES = 12;

/** Where a frame stands. */
export interface Place {
  /** The number of its log. */
  readonly log: number;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
}

/** What a log holds. */
export interface LogContent {
  readonly records: readonly Uint8Array[];
  /** How many bytes of the file are whole; what follows was never acknowledged. */
  readonly length: number;
}

export function logHeader(log: number): Buffer {
  const header = Buffer.alloc(LOG_HEADER_BYTES);
  LOG_NAME.copy(header);
  header.writeUInt32BE(log, 8);
  header.writeUInt32BE(crc32(header.subarray(0, 12)), 12);
  return header;
}

export function frame(records: readonly Uint8Array[], place: Place): Buffer {
  const length = records.reduce((sum, { byteLength }) => sum + 4 + byteLength, 0);
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length);
  FRAME_MARK.copy(bytes);
  bytes.writeUInt32BE(length, 4);
  let at = FRAME_HEADER_BYTES;
  for (const record of records) {
    at = bytes.writeUInt32BE(record.byteLength, at);
    bytes.set(record, at);
    at += record.byteLength;
  }
  bytes.writeUInt32BE(checksum(bytes.subarray(FRAME_HEADER_BYTES), place), 8);
  return bytes;
}

/**
 * Read a log.
 *
 * What is broken with nothing whole behind it is a torn tail, for a frame is written only when the one before is on
 * disk; anything else is damage.
 *
 * @param file its name, for messages
 * @throws {OchoError} `INVALID_INPUT` naming the file and the place of the damage
 */
export function readLog(bytes: Buffer, { log, file }: { log: number; file: string }): LogContent {
  if (bytes.length < LOG_HEADER_BYTES) return { records: [], length: 0 };
  if (!bytes.subarray(0, LOG_HEADER_BYTES).equals(logHeader(log))) {
    if (bytes.length === LOG_HEADER_BYTES) return { records: [], length: 0 };
    throw damaged(file, 0);
  }
  const records: Uint8Array[] = [];
  let offset = LOG_HEADER_BYTES;
  for (;;) {
    const body = bodyAt(bytes, { log, offset });
    if (body === undefined) break;
    for (const record of recordsOf(body)) records.push(record);
    offset += FRAME_HEADER_BYTES + body.length;
  }
  if (hasFrameAfter(bytes, { log, offset })) throw damaged(file, offset);
  return { records, length: offset };
}

export function snapshotFile(number: number, state: Uint8Array): readonly Uint8Array[] {
  const header = Buffer.alloc(SNAPSHOT_HEADER_BYTES);
  SNAPSHOT_NAME.copy(header);
  header.writeUInt32BE(number, 8);
  header.writeUInt32BE(state.byteLength, 12);
  header.writeUInt32BE(crc32(state, crc32(header.subarray(0, 16))), 16);
  return [header, state];
}

/** @throws {OchoError} `INVALID_INPUT` naming the file when it is not whole */
export function readSnapshot(bytes: Buffer, { number, file }: { number: number; file: string }): Uint8Array {
  if (bytes.length < SNAPSHOT_HEADER_BYTES) throw damaged(file, bytes.length);
  const state = bytes.subarray(SNAPSHOT_HEADER_BYTES);
  const [header] = snapshotFile(number, state);
  if (header === undefined || !bytes.subarray(0, SNAPSHOT_HEADER_BYTES).equals(header)) throw damaged(file, 0);
  return state;
}

export function damaged(file: string, offset: number): OchoError {
  return new OchoError(`${file} is damaged at byte ${offset}`, {
    code: 'INVALID_INPUT',
    hint: 'Bring the directory back from a copy, or start with an empty one.',
    details: { file, offset },
  });
}

/** @returns nothing when no whole frame stands there */
function bodyAt(bytes: Buffer, place: Place): Buffer | undefined {
  const begin = place.offset + FRAME_HEADER_BYTES;
  if (begin > bytes.length || !bytes.subarray(place.offset, place.offset + 4).equals(FRAME_MARK)) return undefined;
  const end = begin + bytes.readUInt32BE(place.offset + 4);
  if (end > bytes.length) return undefined;
  const body = bytes.subarray(begin, end);
  return bytes.readUInt32BE(place.offset + 8) === checksum(body, place) ? body : undefined;
}

function hasFrameAfter(bytes: Buffer, { log, offset }: Place): boolean {
  let at = bytes.indexOf(FRAME_MARK, offset + 1);
  while (at !== -1) {
    if (bodyAt(bytes, { log, offset: at }) !== undefined) return true;
    at = bytes.indexOf(FRAME_MARK, at + 1);
  }
  return false;
}

function* recordsOf(body: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < body.length; ) {
    const begin = at + 4;
    at = begin + body.readUInt32BE(at);
    yield body.subarray(begin, at);
  }
}

function checksum(body: Uint8Array, { log, offset }: Place): number {
  const context = Buffer.allocUnsafe(16);
  context.writeUInt32BE(log, 0);
  context.writeDoubleBE(offset, 4);
  context.writeUInt32BE(body.byteLength, 12);
  return crc32(body, crc32(context));
}
