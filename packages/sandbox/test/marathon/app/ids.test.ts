import { describe, expect, test } from 'vitest';

import { absoluteId, parentOf, problemsOfId } from '../../../src/marathon/app/ids.ts';

describe('ids', () => {
  test.each([
    ['web', '/web'],
    ['/web', '/web'],
    ['//web/', '/web'],
    ['a//b/c///', '/a/b/c'],
    ['./web', '/web'],
    ['a/../b', '/b'],
    ['', '/'],
  ])('have one absolute form: %s', (said, absolute) => {
    expect(absoluteId(said)).toBe(absolute);
  });

  test('that are relative are so to their group', () => {
    expect(absoluteId('../db', '/shop/web')).toBe('/shop/db');
    expect(absoluteId('db', '/shop')).toBe('/shop/db');
    expect(absoluteId('/db', '/shop')).toBe('/db');
  });

  test('have a group', () => {
    expect(parentOf('/a/b/c')).toBe('/a/b');
    expect(parentOf('/a')).toBe('/');
  });

  test.each([['/web'], ['/a/b-c/d.e'], ['/ochopod.marathon.web-2015-01-01-00-00-00'], ['/0']])('may be %s', (id) => {
    expect(problemsOfId(id)).toEqual([]);
  });

  test.each([
    ['/Web'],
    ['/a_b'],
    ['/-a'],
    ['/a-'],
    ['/a..b'],
    ['/a b'],
    ['/a/b/restart'],
    ['/tasks'],
    ['/x/versions'],
    ['/'],
  ])('may not be %s', (id) => {
    expect(problemsOfId(id)).toHaveLength(1);
  });
});
