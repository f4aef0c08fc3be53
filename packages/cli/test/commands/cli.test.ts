import { describe, expect, test } from 'vitest';

import { completeLine } from '../../src/interactive/complete-line.ts';
import { withDefaults } from '../../src/interactive/with-defaults.ts';

describe('completing a line', () => {
  const vocabulary = {
    commands: [
      { id: 'on', summary: '', flags: ['force', 'seq'], takesClusters: true },
      { id: 'off', summary: '', flags: ['force'], takesClusters: true },
      { id: 'sandbox up', summary: '', flags: ['name'], takesClusters: false },
      { id: 'sandbox down', summary: '', flags: ['all'], takesClusters: false },
    ],
    own: ['help', 'exit'],
    clusters: async () => ['demo.web', 'demo.db', 'prod.web'],
  };

  test.each([
    { line: 'o', candidates: ['on ', 'off '] },
    { line: 'he', candidates: ['help '] },
    { line: 'help of', candidates: ['off '] },
    { line: 'on demo.', candidates: ['demo.web ', 'demo.db '] },
    { line: 'on demo.web --f', candidates: ['--force '] },
    { line: 'nothing ', candidates: [] },
    { line: 's', candidates: ['sandbox '] },
    { line: 'sandbox ', candidates: ['up ', 'down '] },
    { line: 'sandbox up --', candidates: ['--name '] },
    { line: 'help sandbox d', candidates: ['down '] },
  ])('$line', async ({ line, candidates }) => {
    expect((await completeLine(line, vocabulary)).candidates).toEqual(candidates);
  });
});

describe('what a line inherits from its session', () => {
  const flags = { zk: 'z:1', namespace: 'demo', debug: false };

  test.each([
    { id: 'ls', argv: [], inherits: ['--zk', 'z:1', '--namespace', 'demo'] },
    { id: 'ls', argv: ['-n', 'x', '--zk=y'], inherits: ['-n', 'x', '--zk=y'] },
    { id: 'log', argv: ['-n', '5'], inherits: ['--zk', 'z:1', '--namespace', 'demo', '-n', '5'] },
    { id: 'exec', argv: ['--', '--zk'], inherits: ['--zk', 'z:1', '--namespace', 'demo', '--', '--zk'] },
  ])('$id $argv', ({ id, argv, inherits }) => {
    expect(withDefaults(argv, { id, flags })).toEqual(inherits);
  });
});
