import { OchoError, type Pod } from 'ochopod-core';
import { expect, test } from 'vitest';

import { decide, type Situation } from '../../src/coordination/decide.ts';
import type { Setback } from '../../src/coordination/setbacks.ts';

const settled: Situation = {
  now: 100_000,
  size: 3,
  digest: 'a',
  recorded: 'a',
  snapshotCurrent: true,
  changedAt: 100_000,
  damperMs: 0,
  awaited: [],
  retry: undefined,
  aside: [],
  due: [],
  leftOut: [],
  circle: [],
};
const pod = { name: { namespace: 'demo', cluster: 'web' }, seq: 7 } as Pod;
const error = new OchoError('no license', { code: 'POD_REFUSED' });
const aside: Setback = { pod, failures: 3, error, asideUntilMs: 105_000 };
const changed = { recorded: 'b' };
const retry = { at: 101_000, because: 'demo.web #7: no license' };

test.each<[Partial<Situation>, string, string, number?]>([
  [{}, 'rest', '3 pods configured'],
  [{ size: 1 }, 'rest', '1 pod configured'],
  [{ snapshotCurrent: false }, 'record', '3 pods configured, as before'],
  [{ recorded: '' }, 'configure', '3 pods to configure: not configured yet'],
  [changed, 'configure', '3 pods to configure: the cluster or a dependency changed'],
  [{ ...changed, size: 0 }, 'rest', 'no pod can be configured'],
  [{ ...changed, awaited: ['demo.db'] }, 'wait', 'waiting for demo.db, which is not configured yet'],
  [{ awaited: ['demo.db'] }, 'rest', '3 pods configured'],
  [{ ...changed, damperMs: 5000 }, 'wait', 'waiting 5 s for the cluster to settle', 105_000],
  [
    { ...changed, damperMs: 5000, changedAt: 95_000 },
    'configure',
    '3 pods to configure: the cluster or a dependency changed',
  ],
  [{ damperMs: 5000 }, 'rest', '3 pods configured'],
  [{ ...changed, retry }, 'wait', 'trying again: demo.web #7: no license', 101_000],
  [{ ...changed, retry, now: 101_000 }, 'configure', '3 pods to configure: the cluster or a dependency changed'],
  [{ aside: [aside] }, 'rest', '3 pods configured, waiting for demo.web #7: no license', 105_000],
  [
    { aside: [{ ...aside, asideUntilMs: Number.POSITIVE_INFINITY }] },
    'rest',
    '3 pods configured, waiting for demo.web #7: no license',
  ],
  [{ leftOut: ['demo.web x: not JSON'] }, 'rest', '3 pods configured, waiting for demo.web x: not JSON'],
  [
    { leftOut: ['1', '2', '3', '4', '5', '6', '7'] },
    'rest',
    '3 pods configured, waiting for 1; 2; 3; 4; 5; and 2 more',
  ],
  [{ ...changed, aside: [aside], due: [aside] }, 'recheck', 'asking again: demo.web #7: no license'],
])('given %j it decides to %s', (given, ...[action, because, at]) => {
  expect(decide({ ...settled, ...given })).toMatchObject({ action, because, ...(at !== undefined && { at }) });
});

test('an operator need not hear of a cluster that is as it should be', () => {
  expect(decide(settled).pending).toBe(false);
  expect(decide({ ...settled, aside: [aside] }).pending).toBe(true);
  expect(decide({ ...settled, ...changed }).pending).toBe(true);
});

test('a circle is told for as long as there is one, whatever is decided', () => {
  const circle = ['demo.a', 'demo.b'];
  const note = 'depends in a circle on demo.a, demo.b: none waits for the other';
  expect(decide({ ...settled, circle })).toMatchObject({ action: 'rest', pending: false, note });
  expect(decide({ ...settled, ...changed, circle })).toMatchObject({ action: 'configure', note });
  expect(decide(settled)).not.toHaveProperty('note');
});
