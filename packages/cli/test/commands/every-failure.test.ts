import { OchoError } from 'ochopod-core';
import { type FakeWorld, fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

interface Failure {
  readonly when: string;
  readonly world: FakeWorld;
  /** The documented exit code of commands that ask pods, of those that steer them, and of those that ask nobody. */
  readonly exits: { readonly ask: number; readonly steer: number; readonly look: number };
}

const web = (habit: Parameters<typeof fakePod>[1], seq = 1) => fakePod(`demo.web #${seq}`, habit);
const outage = (code: 'UNREACHABLE' | 'SESSION_LOST' | 'DENIED' | 'TIMEOUT') =>
  new OchoError('ZooKeeper said no', { code, hint: 'Look after it.' });

const FAILURES: readonly Failure[] = [
  { when: 'no such cluster', world: { pods: [] }, exits: { ask: 3, steer: 3, look: 3 } },
  { when: 'ZooKeeper away', world: { pods: [], outage: outage('UNREACHABLE') }, exits: { ask: 7, steer: 7, look: 7 } },
  {
    when: 'the session lost',
    world: { pods: [], outage: outage('SESSION_LOST') },
    exits: { ask: 7, steer: 7, look: 7 },
  },
  { when: 'ZooKeeper says no', world: { pods: [], outage: outage('DENIED') }, exits: { ask: 8, steer: 8, look: 8 } },
  { when: 'ZooKeeper is late', world: { pods: [], outage: outage('TIMEOUT') }, exits: { ask: 6, steer: 6, look: 6 } },
  { when: 'the pod gone', world: { pods: [web({ habit: 'gone' })] }, exits: { ask: 7, steer: 7, look: 0 } },
  { when: 'the pod silent', world: { pods: [web({ habit: 'silent' })] }, exits: { ask: 6, steer: 6, look: 0 } },
  { when: 'the pod failing', world: { pods: [web({ habit: 'throws' })] }, exits: { ask: 4, steer: 4, look: 0 } },
  { when: 'the pod refusing', world: { pods: [web({ habit: 'refuses' })] }, exits: { ask: 0, steer: 4, look: 0 } },
];

/** `kind` tells which of the documented exit codes applies. */
const COMMANDS = [
  { line: 'ls demo.web', kind: 'ask' },
  { line: 'grep demo.web', kind: 'ask' },
  { line: 'info demo.web', kind: 'ask' },
  { line: 'poll demo.web', kind: 'ask' },
  { line: 'log demo.web', kind: 'ask' },
  { line: 'port 6379 demo.web', kind: 'look' },
  { line: 'on demo.web --force', kind: 'steer' },
  { line: 'off demo.web --force', kind: 'steer' },
  { line: 'reset demo.web --force', kind: 'steer' },
  { line: 'reset demo.web --force --registration', kind: 'steer' },
  { line: 'kill demo.web --force', kind: 'steer' },
  { line: 'signal demo.web --force', kind: 'steer' },
  { line: 'exec demo.web --force shell', kind: 'steer' },
] as const;

const CASES = COMMANDS.flatMap(({ line, kind }) =>
  FAILURES.map((failure) => ({ line, when: failure.when, world: failure.world, exit: failure.exits[kind] })),
);

describe('every command, every failure', () => {
  test.each(CASES)('$line with $when: JSON on stdout, exit $exit', async ({ line, world, exit }) => {
    for (const json of [['--json'], ['-j'], ['--output', 'json']]) {
      const { out, code } = await ocho([...words(line), ...json], world);

      expect(JSON.parse(out)).toBeTypeOf('object');
      expect(Object.keys(JSON.parse(out))).not.toEqual([]);
      expect(code).toBe(exit);
    }
  });

  test.each(CASES)('$line with $when: words on stderr, exit $exit', async ({ line, world, exit }) => {
    const { err, code } = await ocho(words(line), world);

    expect(code).toBe(exit);
    expect(err === '').toBe(exit === 0);
  });

  test.each(COMMANDS)('$line with one pod of two gone exits 5 and names it', async ({ line, kind }) => {
    const world = { pods: [web({}, 1), web({ habit: 'gone' }, 2)] };
    const { out, err, code } = await ocho([...words(line), ...(line.startsWith('info') ? ['-i', '1'] : [])], world);

    const spared = kind === 'look' || line.startsWith('info');
    expect(code).toBe(spared ? 0 : 5);
    if (!spared) expect(out + err).toContain('#2');
  });

  test.each(COMMANDS.filter(({ line }) => !line.startsWith('port')))(
    'wrong usage of $line is JSON as well, exit 2',
    async ({ line }) => {
      const { out, code } = await ocho([...words(line), '--no-such-flag', '-j'], { pods: [] });

      expect(JSON.parse(out)).toMatchObject({ error: { code: 'INVALID_INPUT', hint: expect.any(String) } });
      expect(code).toBe(2);
    },
  );
});
