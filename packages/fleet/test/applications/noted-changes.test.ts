import { type ErrorCode, OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { NotedChanges } from '../../src/applications/noted-changes.ts';
import type { Scheduler } from '../../src/scheduler/index.ts';

describe('a change that ends in a failure', () => {
  test.each<[ErrorCode, boolean]>([
    ['UNREACHABLE', true],
    ['TIMEOUT', true],
    ['INTERRUPTED', true],
    ['CONFLICT', false],
    ['DENIED', false],
    ['INVALID_INPUT', false],
    ['NOT_FOUND', false],
  ])('%s: that it may have begun all the same is %s', async (code, isOpen) => {
    const failure = new OchoError('no', { code });
    const changes = new NotedChanges({ scale: () => Promise.reject(failure) } as unknown as Scheduler);
    await expect(changes.scheduler.scale('web', 3, {} as never)).rejects.toBe(failure);

    expect(changes.isUnanswered('web')).toBe(isOpen);
  });
});
