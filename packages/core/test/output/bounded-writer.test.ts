import { beforeEach, describe, expect, test } from 'vitest';

import { BoundedWriter, type LeftOut, type Sink } from '../../src/output/index.ts';

let reader: Reader;
let writer: BoundedWriter;
let told: (string | LeftOut)[];

beforeEach(() => {
  reader = new Reader();
  told = [];
  writer = new BoundedWriter({
    sink: reader,
    maxBytes: 20,
    onBehind: () => told.push('behind'),
    onCaughtUp: (leftOut) => {
      told.push(leftOut);
      writer.write(`(${leftOut.lines} left out)\n`);
    },
    onGone: ({ code }) => told.push(`gone: ${code}`),
  });
});

describe('a reader that stands still', () => {
  test('costs what exceeds the bound, which is counted and told when it reads again', () => {
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n', 'six\n']) writer.write(line);
    expect(reader.text).toBe('one\n');
    expect([told, writer.lines]).toEqual([['behind'], 2]);

    reader.reads();
    reader.reads();
    writer.write('seven\n');
    reader.reads();
    reader.reads();

    expect(reader.text).toBe('one\ntwo\nthree\nfour\n(2 left out)\nseven\n');
    expect(told).toEqual(['behind', { lines: 2, bytes: 9 }]);
  });

  test('gets nothing new before it has taken what is old', () => {
    writer.write('0123456789\n');
    writer.write('0123456789\n');
    writer.write('ok\n');

    expect(writer.lines).toBe(2);
  });

  test('never costs a line of its own where one was cut', () => {
    writer.write('unfinished');
    writer.write('0123456789\n0123456789\n');
    reader.reads();
    reader.reads();

    expect(reader.text).toBe('unfinished\n(2 left out)\n');
  });

  test('is waited for by whoever wants to', async () => {
    await writer.idle();
    writer.write('one\n');
    writer.write('two\n');
    const idle = writer.idle().then(() => told.push('idle'));
    reader.reads();
    await Promise.resolve();
    expect(told).toEqual([]);

    reader.reads();
    await idle;
    expect(told).toEqual(['idle']);
  });
});

describe('what cannot be written', () => {
  test('to a disk that is full is counted, and told once there is room', () => {
    writer.write('one\n');
    reader.fails('ENOSPC');
    writer.write('two\n');
    reader.fails('ENOSPC');
    expect([writer.lines, told]).toEqual([2, []]);

    writer.write('three\n');
    reader.reads();

    expect(told).toEqual([{ lines: 2, bytes: 8 }]);
  });

  test('since the reader is gone is not tried again', async () => {
    writer.write('one\n');
    writer.write('two\n');
    reader.fails('EPIPE');
    await writer.idle();
    writer.write('three\n');

    expect(reader.text).toBe('one\n');
    expect(told).toEqual(['gone: EPIPE']);
  });
});

/** Takes what it is given when a test says so. */
class Reader implements Sink {
  text = '';
  #done: Parameters<Sink['write']>[1] = () => {};

  write(data: Uint8Array, done: Parameters<Sink['write']>[1]): void {
    this.text += Buffer.from(data).toString();
    this.#done = done;
  }

  reads(): void {
    this.#done();
  }

  fails(code: string): void {
    this.#done(Object.assign(new Error(code), { code }));
  }
}
