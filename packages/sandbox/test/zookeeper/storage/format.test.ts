import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { frame, logHeader, readLog, readSnapshot, snapshotFile } from '../../../src/zookeeper/storage/format.ts';

const LOG = { log: 3, file: 'log.3' };
const batches = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 }), { maxLength: 5 });

/** A log, and how many records are in it at each place where a write ended. */
function written(records: readonly (readonly Uint8Array[])[], log = LOG.log) {
  let bytes = logHeader(log);
  const ends = [{ offset: bytes.length, count: 0 }];
  for (const batch of records) {
    bytes = Buffer.concat([bytes, frame(batch, { log, offset: bytes.length })]);
    ends.push({ offset: bytes.length, count: (ends.at(-1)?.count ?? 0) + batch.length });
  }
  return { bytes, ends };
}

const plain = (records: readonly Uint8Array[]) => records.map((record) => [...record]);

describe('a log', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(batches, (records) => {
        const { bytes } = written(records);
        const content = readLog(bytes, LOG);
        expect(plain(content.records)).toEqual(plain(records.flat()));
        expect(content.length).toBe(bytes.length);
      }),
    );
  });

  test('cut anywhere, keeps the writes that are whole', () => {
    fc.assert(
      fc.property(batches, fc.nat(), (records, place) => {
        const { bytes, ends } = written(records);
        const cut = place % (bytes.length + 1);
        const whole = ends.findLast(({ offset }) => offset <= cut) ?? { offset: 0, count: 0 };
        const content = readLog(bytes.subarray(0, cut), LOG);
        expect(plain(content.records)).toEqual(plain(records.flat().slice(0, whole.count)));
        expect(content.length).toBe(whole.offset);
      }),
    );
  });

  test('with a bit flipped in its last write, keeps those before; flipped elsewhere, is refused', () => {
    fc.assert(
      fc.property(batches, fc.nat(), fc.nat(7), (records, place, bit) => {
        const { bytes, ends } = written(records);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const broken = ends.findIndex(({ offset }) => offset > at);
        if (broken === ends.length - 1) {
          const whole = ends[broken - 1];
          const content = readLog(bytes, LOG);
          expect(content.length).toBe(whole?.offset ?? 0);
          expect(plain(content.records)).toEqual(plain(records.flat().slice(0, whole?.count ?? 0)));
        } else {
          const offset = ends[broken - 1]?.offset ?? 0;
          expect(() => readLog(bytes, LOG)).toThrow(
            expect.objectContaining({ code: 'INVALID_INPUT', details: { file: 'log.3', offset } }),
          );
        }
      }),
    );
  });

  test('followed by anything that is no write, keeps its writes', () => {
    fc.assert(
      fc.property(batches, fc.uint8Array(), (records, rubbish) => {
        const { bytes } = written(records);
        expect(readLog(Buffer.concat([bytes, rubbish]), LOG).length).toBe(bytes.length);
      }),
    );
  });

  test('may hold the bytes of another log, or its own', () => {
    const inner = written([[Buffer.from('inner')], [Buffer.from('more')]]).bytes;
    const { bytes, ends } = written([[Buffer.from('first')], [inner]]);
    const torn = bytes.subarray(0, bytes.length - 1);
    expect(readLog(torn, LOG).length).toBe(ends[1]?.offset);
  });

  test('of another number is not taken for this one', () => {
    const { bytes } = written([[Buffer.from('record')]], 4);
    expect(() => readLog(bytes, LOG)).toThrow('log.3 is damaged at byte 0');
  });

  test('does not believe a length that is not in the file', () => {
    const { bytes } = written([[Buffer.from('record')]]);
    bytes.writeUInt32BE(0xffffffff, 20);
    expect(readLog(bytes, LOG)).toEqual({ records: [], length: 16 });
  });
});

describe('a snapshot', () => {
  test('cut, flipped or of another number is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), fc.nat(7), (state, place, bit) => {
        const bytes = Buffer.concat(snapshotFile(2, state));
        const of = { number: 2, file: 'snapshot.2' };
        expect([...readSnapshot(bytes, of)]).toEqual([...state]);
        const at = place % bytes.length;
        expect(() => readSnapshot(bytes.subarray(0, at), of)).toThrow('snapshot.2 is damaged');
        expect(() => readSnapshot(bytes, { ...of, number: 3 })).toThrow('is damaged');
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(() => readSnapshot(bytes, of)).toThrow('snapshot.2 is damaged');
      }),
    );
  });
});
