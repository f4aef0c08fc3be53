import { expect, test } from 'vitest';

import { findCircle } from '../../src/domain/circle.ts';
import { parseClusterName } from '../../src/domain/cluster-name.ts';

const circleOf = (own: string, needs: Readonly<Record<string, readonly string[]>>, clusters = Object.keys(needs)) =>
  findCircle({ own: parseClusterName(own), clusters, entries: new Map(Object.entries(needs)) }).circle;

test.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[]]>([
  ['two that need each other', { 'd.a': ['b'], 'd.b': ['a'] }, ['d.b']],
  ['three in a row', { 'd.a': ['b'], 'd.b': ['c'], 'd.c': ['a'] }, ['d.b', 'd.c']],
  ['everybody needs everybody', { 'd.a': ['*'], 'd.b': ['*'], 'd.c': ['*'] }, ['d.b', 'd.c']],
  ['over namespaces', { 'd.a': ['/e.*'], 'e.b': ['/d.a'] }, ['e.b']],
  ['one that only is needed', { 'd.a': ['b', 'c'], 'd.b': ['a'], 'd.c': [] }, ['d.b']],
  ['none', { 'd.a': ['b'], 'd.b': ['c'], 'd.c': ['b'] }, []],
  ['nobody there', { 'd.a': ['a', 'x', '*'] }, []],
])('%s', (_what, needs, circle) => {
  expect(circleOf('d.a', needs)).toEqual(circle);
});

test('those that are not there close no circle', () => {
  expect(circleOf('d.a', { 'd.a': ['b'], 'd.b': ['a'] }, ['d.a'])).toEqual([]);
});

test('a thousand that all need each other are looked through at once', () => {
  const names = Array.from({ length: 1000 }, (_, at) => `d.c${at}`);
  expect(circleOf('d.c0', Object.fromEntries(names.map((name) => [name, ['*']])))).toHaveLength(999);
});
