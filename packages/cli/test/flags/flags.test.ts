import { clusterPattern, isLiteral, nearest } from 'ochopod-fleet/words';
import { describe, expect, test } from 'vitest';

import { parseDuration } from '../../src/flags/duration.ts';
import { wantsJson } from '../../src/flags/output.ts';
import { parseSeq, spreadSeqs } from '../../src/flags/seqs.ts';
import { unknownCommand } from '../../src/flags/unknown-command.ts';

describe('durations', () => {
  test.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['250ms', 250],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '0', '-1', '2h', '5 minutes', 'NaN', '1e3', '0x10'])('refuses %s', (text) => {
    expect(() => parseDuration(text)).toThrow('is no duration');
  });
});

describe('sequence numbers', () => {
  test.each([
    { given: 'on -i 1 2 5 web', spread: 'on -i 1 -i 2 -i 5 web' },
    { given: 'on web -i 1 -i 2', spread: 'on web -i 1 -i 2' },
    { given: 'on web --seq 1 2 --force', spread: 'on web --seq 1 --seq 2 --force' },
    { given: 'exec web -i 1 2 tool 3', spread: 'exec web -i 1 -i 2 tool 3' },
    { given: 'exec web -i 1 -- -i 2 3', spread: 'exec web -i 1 -- -i 2 3' },
    { given: 'port 80 web', spread: 'port 80 web' },
  ])('$given', ({ given, spread }) => {
    expect(spreadSeqs(given.split(' ')).join(' ')).toBe(spread);
  });

  test.each(['', '-1', '1.0', 'web', '1,2', '99999999999'])('refuses %s', (text) => {
    expect(() => parseSeq(text)).toThrow('is no sequence number');
  });
});

describe('cluster patterns', () => {
  test.each([
    { given: 'web', namespace: 'demo', glob: 'demo.web' },
    { given: '*', namespace: 'demo', glob: 'demo.*' },
    { given: 'prod.web', namespace: 'demo', glob: 'prod.web' },
    { given: 'web', namespace: undefined, glob: 'web' },
  ])('$given in $namespace is $glob', ({ given, namespace, glob }) => {
    expect(clusterPattern(given, namespace)).toEqual({ given, glob });
  });

  test('name one cluster unless they hold a wildcard', () => {
    expect(['a.b', 'a.*', 'a.?', 'a.[bc]'].map((glob) => isLiteral({ given: glob, glob }))).toEqual([
      ...[true, false, false, false],
    ]);
  });
});

describe('whether JSON is wanted', () => {
  test.each(['-j', '--json', '-o json', '-ojson', '-o=json', '--output json', '--output=json', 'web -lj'])(
    '%s',
    (line) => {
      expect(wantsJson(line.split(' '))).toBe(true);
    },
  );

  test.each(['', '-o table', '-- -j', 'json', '--output=tsv', 'exec -- x --json'])('not by "%s"', (line) => {
    expect(wantsJson(line.split(' '))).toBe(false);
  });
});

test.each([
  ['lss', 'ls'],
  ['kil', 'kill'],
  ['gerp', 'grep'],
  ['lgo', 'log'],
  ['entirely-else', undefined],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, ['ls', 'log', 'kill', 'grep', 'signal'])).toBe(meant);
});

test.each([
  { line: 'depoly web.yaml db.yaml', typed: 'depoly', meant: 'deploy' },
  { line: 'sandbox lgos web', typed: 'sandbox lgos', meant: 'sandbox logs' },
  { line: 'sandbox nosuch', typed: 'sandbox nosuch', meant: undefined },
  { line: 'sandbx up', typed: 'sandbx', meant: 'sandbox' },
  { line: 'nosuch thing', typed: 'nosuch', meant: undefined },
])('of "$line" it is $typed that names no command', ({ line, typed, meant }) => {
  expect(unknownCommand(line.split(' '), ['deploy', 'sandbox up', 'sandbox logs'])).toEqual({ typed, meant });
});
