import fc from 'fast-check';
import { ManualClock } from 'ochopod-core/testing';
import { newLines, warnOfMissed } from 'ochopod-fleet/pods';
import { fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const many = Array.from({ length: 40 }, (_, at) => `line ${at}\n`);

describe('log', () => {
  test('shows the last 16 lines', async () => {
    const { out } = await ocho(words('log demo.web'), { pods: [fakePod('demo.web #1', { log: many })] });

    expect(out.split('\n').slice(0, -1)).toEqual(many.slice(-16).map((line) => line.trimEnd()));
  });

  test('shows all, or as many as asked for', async () => {
    const world = { pods: [fakePod('demo.web #1', { log: many })] };

    expect((await ocho(words('log demo.web -l'), world)).out.split('\n')).toHaveLength(41);
    expect((await ocho(words('log demo.web -n 2'), world)).out).toBe('line 38\nline 39\n');
    expect((await ocho(words('log demo.web -n 0'), world)).out).toBe('');
  });

  test('puts the name of its pod before each line of several', async () => {
    const world = { pods: [fakePod('demo.web #1', { log: ['a\n'] }), fakePod('demo.web #2', { log: ['b\n'] })] };

    expect((await ocho(words('log demo.web'), world)).out).toBe('demo.web #1\ta\ndemo.web #2\tb\n');
  });

  test('says how many of the lines that were asked for are gone', () => {
    const warned: string[] = [];
    const log = { lines: [], cursor: undefined, missed: 100 };
    warnOfMissed({ warn: (text) => void warned.push(text) }, { pod: fakePod('demo.web #1'), log });
    warnOfMissed(
      { warn: (text) => void warned.push(text) },
      { pod: fakePod('demo.web #1'), log: { ...log, missed: 0 } },
    );

    expect(warned).toEqual(['demo.web #1: 100 older lines are gone']);
  });

  test('follows for as long as told, and says once that a pod does not answer', async () => {
    const world = { pods: [fakePod('demo.web #1'), fakePod('demo.web #2', { habit: 'gone' })] };
    const { out, err, pods, code } = await ocho(words('log demo.web -f -n 1 -t 5s'), world);

    expect(out).toBe('demo.web #1\tthree\n');
    expect(err.match(/still trying/g)).toHaveLength(1);
    expect(pods.asked.length).toBeGreaterThan(6);
    expect(code).toBe(5);
  });

  test('asks an agent for as many lines as it shows, and then for what came since', async () => {
    const { pods } = await ocho(words('log demo.web -f -n 2 -t 3s'), { pods: [fakePod('demo.web #1', { log: many })] });

    expect(pods.logQuestions.slice(0, 2)).toEqual([{ lines: 2 }, { from: 'key-of-demo.web #1:40' }]);
  });

  test('finds out what is new where an agent cannot say it', async () => {
    const log = ['one\n', 'two\n'];
    const world = { pods: [fakePod('demo.web #1', { log, isOld: true })] };
    const clock = new ManualClock();
    void clock.sleep(2500).then(() => log.push('three\n'));
    const { out } = await ocho(words('log demo.web -f -n 1 -t 5s'), world, { clock });

    expect(out).toBe('demo.web #1\ttwo\ndemo.web #1\tthree\n');
  });

  test('follows with one JSON object per line', async () => {
    const { out } = await ocho(words('log demo.web -f -n 2 -t 2s -j'), { pods: [fakePod('demo.web #1')] });

    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { pod: 'demo.web #1', line: 'two' },
      { pod: 'demo.web #1', line: 'three' },
    ]);
  });
});

test.each([
  { it: 'nothing new', before: ['a', 'b'], now: ['a', 'b'], fresh: [] },
  { it: 'lines at the end', before: ['a', 'b'], now: ['a', 'b', 'c'], fresh: ['c'] },
  { it: 'old lines dropped', before: ['a', 'b', 'c'], now: ['b', 'c', 'd'], fresh: ['d'] },
  { it: 'the same line again and again', before: ['a', 'a'], now: ['a', 'a', 'a'], fresh: ['a'] },
  { it: 'an agent that started anew', before: ['a', 'b'], now: ['c'], fresh: ['c'] },
  { it: 'a log that was empty', before: [], now: ['a'], fresh: ['a'] },
  {
    it: 'the end of a line that repeats',
    before: ['a', 'a', 'b', 'a', 'a'],
    now: ['a', 'a', 'b', 'a', 'a', 'b'],
    fresh: ['b'],
  },
  { it: 'what began anew in between', before: ['a', 'a', 'b'], now: ['a', 'b', 'c'], fresh: ['c'] },
])('new lines: $it', ({ before, now, fresh }) => {
  expect(newLines(before, now)).toEqual(fresh);
});

test('new lines are those after the longest end of the old that the new begin with', () => {
  const log = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 });
  fc.assert(
    fc.property(log, log, (before, now) => {
      const fits = (kept: number) => before.slice(before.length - kept).every((line, at) => line === now[at]);
      let common = Math.min(before.length, now.length);
      while (!fits(common)) common -= 1;

      expect(newLines(before, now)).toEqual(now.slice(common));
    }),
  );
});

test('of the same line again and again they are found at once', () => {
  const same = Array.from({ length: 1_000_000 }, () => 'the same\n');

  expect(newLines([...same.slice(1), 'other\n'], same)).toHaveLength(1_000_000);
});
