import { PassThrough } from 'node:stream';
import { settle } from 'ochopod-core/testing';
import { beforeEach, expect, test } from 'vitest';

import { OutputTails } from '../../src/lifecycle/output-tails.ts';

let tails: OutputTails;
let stderr: PassThrough;

beforeEach(() => {
  tails = new OutputTails();
  stderr = new PassThrough();
  tails.follow(stderr, 'stderr');
});

test('keeps the outputs apart, and the line that is not finished', async () => {
  const stdout = new PassThrough();
  tails.follow(stdout, 'stdout');
  stdout.write('listening\r\n');
  stderr.write('cannot ');
  stderr.write('go on\nbye');
  await settle();

  expect(tails.lastLines()).toEqual({ stdout: ['listening'], stderr: ['cannot go on', 'bye'] });
});

test('keeps the last of many lines', async () => {
  for (let line = 1; line <= 5000; line += 1) stderr.write(`line ${line}\n`);
  await settle();

  const lines = tails.lastLines().stderr;
  expect(lines).toHaveLength(20);
  expect([lines[0], lines[19]]).toEqual(['line 4981', 'line 5000']);
});

test('does not show half of a line as one', async () => {
  stderr.write(`${'x'.repeat(5000)}\nthe end\n`);
  await settle();

  expect(tails.lastLines().stderr).toEqual(['the end']);
});

test('keeps no more of a line without an end than of many', async () => {
  stderr.write('x'.repeat(1_000_000));
  stderr.write('y'.repeat(3000));
  await settle();

  expect(tails.lastLines().stderr).toEqual([`${'x'.repeat(1096)}${'y'.repeat(3000)}`]);
});
