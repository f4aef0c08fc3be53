import fc from 'fast-check';
import jute from 'node-zookeeper-client/lib/jute/index.js';
import { describe, expect, test } from 'vitest';
import { FrameReader } from '../../../src/zookeeper/nzc/frame-reader.ts';
import { type Packet, PacketLine } from '../../../src/zookeeper/nzc/packet-line.ts';
import { exists, ping } from '../../../src/zookeeper/nzc/requests.ts';
import { splitSetWatches } from '../../../src/zookeeper/nzc/set-watches.ts';

describe('frames', () => {
  test('come out whole, however they were cut on their way', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const reader = new FrameReader();
        const received = chunked(Buffer.concat(sent.map(framed)), cuts).flatMap((chunk) => [...reader.read(chunk)]);

        expect(received.map((frame) => [...frame])).toEqual(sent.map((body) => [...framed(body)]));
      }),
    );
  });

  test.each([-1, 0x4854_5450])('of %i bytes are not believed in', (length) => {
    const bytes = Buffer.alloc(8);
    bytes.writeInt32BE(length);

    expect(() => [...new FrameReader().read(bytes)]).toThrow(RangeError);
  });
});

describe('the line of requests', () => {
  test('keeps its order, drops what nobody waits for and lets no more through than there is room for', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 0, max: 5 }), (cancelled, room) => {
        const taken: Packet[] = [];
        const line = lineWith({ room, taken });
        const packets = cancelled.map((gone) => ({ ...packet(), cancelled: gone }));
        for (const each of packets) line.push(each);
        while (line.shift() !== undefined);

        expect(taken).toEqual(packets.filter((each) => !each.cancelled).slice(0, room));
      }),
    );
  });

  test('lets pings through first, and even when there is no room', () => {
    const line = lineWith({ room: 0, taken: [] });
    const beat = { request: ping(), callback: () => undefined };
    line.push(packet());
    line.unshift(beat);

    expect(line.shift()).toBe(beat);
    expect(line.shift()).toBeUndefined();
    expect(line.takeAll()).toHaveLength(1);
  });

  test('does not slow down when it is long', () => {
    const taken: Packet[] = [];
    const line = lineWith({ room: Number.POSITIVE_INFINITY, taken });
    const same = packet();
    for (let count = 0; count < 300_000; count += 1) line.push(same);
    const begun = performance.now();
    while (line.shift() !== undefined);

    expect(taken).toHaveLength(300_000);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('watches taken along to a new connection', () => {
  test('travel in small frames, each once and as its own kind', () => {
    const paths = (kind: string) => Array.from({ length: 3_000 }, (_, index) => `/${kind}-${'ä'.repeat(60)}-${index}`);
    const all = new jute.protocol.SetWatches(Buffer.alloc(8, 7), paths('data'), paths('exist'), paths('child'));
    const request = new jute.Request(new jute.protocol.RequestHeader(0, jute.OP_CODES.SET_WATCHES), all);

    const parts = splitSetWatches(request);

    const payloads = parts.map(({ payload }) => payload as typeof all);
    expect(payloads.flatMap(({ dataWatches }) => dataWatches)).toEqual(paths('data'));
    expect(payloads.flatMap(({ existWatches }) => existWatches)).toEqual(paths('exist'));
    expect(payloads.flatMap(({ childWatches }) => childWatches)).toEqual(paths('child'));
    for (const part of parts) expect(part.toBuffer().length).toBeLessThanOrEqual(128 * 1024);
    for (const { relativeZxid } of payloads) expect(relativeZxid).toEqual(Buffer.alloc(8, 7));
  });
});

function framed(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

function chunked(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = cuts[chunks.length % cuts.length] ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

function packet(): Packet {
  return { ...exists('/', false), callback: () => undefined, resend: true };
}

function lineWith({ room, taken }: { room: number; taken: Packet[] }): PacketLine {
  return new PacketLine({
    mayTake: () => taken.length < room,
    onTake: (each) => taken.push(each),
    onPush: () => undefined,
  });
}
