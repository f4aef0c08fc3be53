import { describe, expect, test } from 'vitest';

import type { MissingPod } from '../../src/applications/await-pods.ts';
import { byReason, codeOf, notUp, troubles } from '../../src/applications/troubles.ts';

const missing = (name: string, more: Partial<MissingPod> = {}): MissingPod => ({
  ...{ name, pod: undefined, task: undefined, because: 'late', why: 'has not started', stderr: [], lastLines: [] },
  ...more,
});

const LOOP = { because: 'failing', why: 'its process does not stay up' } as const;

describe('pods that are not up', () => {
  test('are told together where the reason is the same, with the last thing that a failing one said', () => {
    const said = { ...LOOP, stderr: ['one', 'cannot bind'] };

    expect(byReason([missing('a', said), missing('b', said), missing('c'), missing('d', LOOP)])).toEqual([
      'a, b: its process does not stay up (cannot bind)',
      'c has not started',
      'd its process does not stay up',
    ]);
  });

  test('are told without secrets', () => {
    const stderr = ['connecting to postgres://joe:s3cret@db'];
    const loop = missing('a', { ...LOOP, stderr });

    expect(JSON.stringify([notUp('web', { outcome: 'failed', missing: [loop] }), troubles([loop])])).not.toContain(
      's3cret',
    );
  });

  test.each([
    ['timeout', 'dead', 'TIMEOUT'],
    ['failed', 'dead', 'POD_DEAD'],
    ['failed', 'failing', 'POD_FAILED'],
    ['failed', 'off', 'POD_FAILED'],
    ['failed', 'unplaced', 'POD_FAILED'],
    ['failed', 'overtaken', 'CONFLICT'],
    ['failed', 'gone', 'CONFLICT'],
  ] as const)('%s, because one is %s: %s', (outcome, because, code) => {
    expect(codeOf({ outcome, missing: [missing('a', { because }), missing('b')] })).toBe(code);
  });
});
