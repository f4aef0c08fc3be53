import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { FrameDecoder, MAX_FRAME } from '../../../src/zookeeper/wire/frame-decoder.ts';
import { JuteReader } from '../../../src/zookeeper/wire/jute-reader.ts';
import { JuteWriter } from '../../../src/zookeeper/wire/jute-writer.ts';

describe('records', () => {
  test('are read as they were written', () => {
    const to = new JuteWriter();
    to.int(-7);
    to.long(-(2n ** 63n));
    to.number(2 ** 40 + 1);
    to.number(-1);
    to.bool(true);
    to.buffer(undefined);
    to.buffer(Buffer.from('data'));
    to.string('grün 🌱');
    to.vector(['a', 'b'], (text) => to.string(text));
    const from = new JuteReader(to.take());

    expect([from.int(), from.long(), from.number(), from.number(), from.bool()]).toEqual([
      -7,
      -(2n ** 63n),
      2 ** 40 + 1,
      -1,
      true,
    ]);
    expect([from.buffer(), from.buffer()?.toString(), from.string()]).toEqual([undefined, 'data', 'grün 🌱']);
    expect(from.vector(() => from.string())).toEqual(['a', 'b']);
    expect(from.isAtEnd).toBe(true);
  });

  test.each([
    ['a string that is longer than the frame', [0, 0, 0, 9, 65], (from: JuteReader) => from.string()],
    ['a negative length', [255, 255, 255, 254], (from: JuteReader) => from.buffer()],
    ['a vector of more than there is', [127, 255, 255, 255], (from: JuteReader) => from.vector(() => from.bool())],
    ['half a number', [0, 0, 0], (from: JuteReader) => from.int()],
  ])('are refused with %s', (_what, bytes, read) => {
    expect(() => read(new JuteReader(Buffer.from(bytes)))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test('keep nothing of the frame that they were read from', () => {
    const frame = Buffer.from([0, 0, 0, 1, 65]);
    const data = new JuteReader(frame).buffer();
    frame.fill(0);

    expect(data?.toString()).toBe('A');
  });
});

describe('frames', () => {
  test('come out whole, however the stream is cut', () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 50 }), (frames, step) => {
        const stream = Buffer.concat(frames.flatMap((frame) => [lengthOf(frame), frame]));
        const decoder = new FrameDecoder();
        const decoded: Buffer[] = [];
        for (let at = 0; at < stream.length; at += step) {
          decoder.push(stream.subarray(at, at + step));
          for (let frame = decoder.next(); frame !== undefined; frame = decoder.next())
            decoded.push(Buffer.from(frame));
        }
        expect(decoded.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]));
      }),
    );
  });

  test.each([-1, MAX_FRAME + 1, 0x72756f6b])('are refused when they announce %d bytes', (length) => {
    const decoder = new FrameDecoder();
    const head = Buffer.alloc(4);
    head.writeInt32BE(length);
    decoder.push(head);

    expect(() => decoder.next()).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });
});

function lengthOf(frame: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32BE(frame.length);
  return head;
}
