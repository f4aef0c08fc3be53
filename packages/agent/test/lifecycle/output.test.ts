import { PassThrough } from 'node:stream';
import { ManualClock, settle } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { forwardLines } from '../../src/lifecycle/output.ts';

let clock: ManualClock;
let output: PassThrough;
let lines: string[];
let dropped: number[];

beforeEach(() => {
  clock = new ManualClock();
  output = new PassThrough();
  lines = [];
  dropped = [];
  forwardLines(output, {
    clock,
    maxLineBytes: 10,
    maxLinesPerSecond: 3,
    onLine: (line) => lines.push(line),
    onDropped: (count) => dropped.push(count),
  });
});

describe('forwardLines', () => {
  test('puts lines together that came in pieces', async () => {
    for (const piece of ['on', 'e\ntw', 'o\r\n', '\nlast']) output.write(piece);
    await settle();
    expect(lines).toEqual(['one', 'two', '']);

    await clock.advance(1000);
    output.end();
    await settle();

    expect(lines).toEqual(['one', 'two', '', 'last']);
    expect(clock.pending).toBe(0);
  });

  test('keeps characters whole that were cut between two pieces', async () => {
    const bytes = Buffer.from('Grüße\n');
    output.write(bytes.subarray(0, 3));
    output.write(bytes.subarray(3));
    await settle();

    expect(lines).toEqual(['Grüße']);
  });

  test('cuts a line that is too long, and says by how much', async () => {
    output.write('0123456789abc');
    output.write('def\n');
    await settle();

    expect(lines).toEqual(['0123456789... (6 more bytes)']);
  });

  test('thins a flood out, and counts what it left out', async () => {
    output.write('1\n2\n3\n4\n5\n');
    await settle();
    expect(lines).toEqual(['1', '2', '3']);
    expect(dropped).toEqual([]);

    await clock.advance(1000);
    output.write('6\n');
    await settle();

    expect(dropped).toEqual([2]);
    expect(lines).toEqual(['1', '2', '3', '6']);
    expect(clock.pending).toBe(0);
  });

  test('counts also when the process ends in the flood', async () => {
    output.end('1\n2\n3\n4\n5');
    await settle();

    expect(dropped).toEqual([2]);
    expect(clock.pending).toBe(0);
  });
});
