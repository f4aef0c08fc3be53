import { describe, expect, test } from 'vitest';

import { sandboxPaths } from '../../src/sandbox/sandbox-paths.ts';

describe('where a sandbox keeps what', () => {
  test('is a directory of its own', () => {
    const { directory, socket } = sandboxPaths({ home: '/state', name: 'other' });

    expect([directory, socket]).toEqual(['/state/other', '/state/other/control.sock']);
  });

  test.each(['', '.', '..', '../x', 'a/b', '-x', 'a b', 'x'.repeat(33)])('cannot be called %j', (name) => {
    expect(() => sandboxPaths({ home: '/state', name })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test('cannot lie deeper than a socket can be found', () => {
    expect(() => sandboxPaths({ home: `/${'x'.repeat(100)}`, name: 'x' })).toThrow('is too long for a socket');
  });
});
