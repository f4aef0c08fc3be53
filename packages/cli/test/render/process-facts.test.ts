import type { PodInfo } from 'ochopod-core';
import { expect, test } from 'vitest';

import { factsOf } from '../../src/render/process-facts.ts';

const AT = '2026-01-31T12:00:00.000Z';
const INFO = { process: 'stopped', agent: '0.1.0' } as PodInfo;
const END = { how: 'crashed', why: 'exited with code 3', at: AT, code: 3, stdout: [], stderr: ['no disk'] } as const;

test('a process that fails over and over is told with count, time, reason and last lines', () => {
  const info = { ...INFO, restarts: 4, failing: { count: 5, since: AT, loop: true }, lastEnd: END };

  expect(factsOf(info)).toEqual({
    process: 'stopped',
    agent: '0.1.0',
    restarts: 4,
    failing: `5 in a row since ${AT}`,
    lastEnd: `crashed at ${AT}: exited with code 3`,
    lastStderr: ['no disk'],
  });
});

test('what has not happened is not told', () => {
  expect(factsOf({ ...INFO, process: 'running', trouble: undefined })).toEqual({ process: 'running', agent: '0.1.0' });
});

test.each([
  ['running', { lastEnd: 'unknown' }],
  ['dead', { lastEnd: 'unknown', died: 'unknown' }],
] as const)('what an old agent does not say is unknown: %s', (process, facts) => {
  expect(factsOf({ process } as PodInfo)).toEqual({ process, ...facts });
});

test('a dead pod tells how it died', () => {
  const died = { how: 'gave up', why: 'no disk', at: AT } as const;

  expect(factsOf({ ...INFO, process: 'dead', died })['died']).toBe(`gave up at ${AT}: no disk`);
});
