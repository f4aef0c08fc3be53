import { describe, expect, test } from 'vitest';

import { dependencyMatcher, parseClusterName } from '../../src/domain/cluster-name.ts';

test('a namespace may hold dots, a cluster does not', () => {
  expect(parseClusterName('my-app.staging.web')).toEqual({ namespace: 'my-app.staging', cluster: 'web' });
});

test.each(['web', '.web', 'marathon.', ''])('%j is no cluster name', (name) => {
  expect(() => parseClusterName(name)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('a name has 255 characters at most, and no message repeats more of it', () => {
  const longest = `demo.${'x'.repeat(250)}`;

  expect(parseClusterName(longest).cluster).toHaveLength(250);
  expect(() => parseClusterName(`${longest}x`)).toThrow(`"${longest}" is no cluster name`);
});

describe('a dependency', () => {
  const own = { namespace: 'prod', cluster: 'web' };

  test.each([
    ['backend', 'prod.backend', true],
    ['backend', 'test.backend', false],
    ['back*', 'prod.backend', true],
    ['*', 'prod.backend', true],
    ['*', 'prod.eu.backend', false],
    ['*', 'prod.web', false],
    ['web', 'prod.web', false],
    ['/prod.web', 'prod.web', false],
    ['/test.backend', 'test.backend', true],
    ['/prod.*', 'prod.eu.backend', true],
    ['/*.backend', 'test.backend', true],
    ['/test.*', 'testing.backend', false],
  ])('%j means %s: %s', (entry, name, expected) => {
    expect(dependencyMatcher(entry, own)(name)).toBe(expected);
  });
});
