import { describe, expect, test } from 'vitest';
import { judgeStatus } from '../../../../src/marathon/tasks/health/ask.ts';
import { checkPort } from '../../../../src/marathon/tasks/health/check-port.ts';
import { healthAfter, pauseBefore } from '../../../../src/marathon/tasks/health/health-after.ts';
import type { HealthResult } from '../../../../src/marathon/tasks/task-runner.ts';
import { appWith, definedPort, healthCheck, imageApp } from '../apps.ts';

const check = healthCheck({ gracePeriodSeconds: 10, maxConsecutiveFailures: 2 });
const sick = { kind: 'unhealthy', cause: 'it answered 503' } as const;
const well = { kind: 'healthy' } as const;
const at = (seconds: number) => ({ at: `second ${seconds}`, sinceStart: seconds * 1000 });
const after = (before: HealthResult | undefined, outcome: typeof sick | typeof well, seconds: number) =>
  healthAfter(before, outcome, { check, moment: at(seconds) });

describe('a health check', () => {
  test('that fails before the first success counts for nothing within the grace period', () => {
    expect(after(undefined, sick, 9)).toBeUndefined();
  });

  test('that fails after the grace period counts', () => {
    expect(after(undefined, sick, 10)).toEqual({
      alive: false,
      consecutiveFailures: 1,
      lastFailure: 'second 10',
      lastFailureCause: 'it answered 503',
      isFatal: false,
    });
  });

  test('that fails after a success counts, also within the grace period', () => {
    expect(after(after(undefined, well, 1), sick, 2)).toMatchObject({ alive: false, consecutiveFailures: 1 });
  });

  test('is fatal at the maximum of failures in a row', () => {
    const once = after(after(undefined, well, 1), sick, 20);

    expect(once).toMatchObject({ isFatal: false });
    expect(after(once, sick, 30)).toMatchObject({ consecutiveFailures: 2, isFatal: true });
  });

  test('is never fatal with a maximum of 0', () => {
    const endless = healthCheck({ gracePeriodSeconds: 0, maxConsecutiveFailures: 0 });
    let health: HealthResult | undefined;
    for (let second = 0; second < 9; second += 1)
      health = healthAfter(health, sick, { check: endless, moment: at(second) });

    expect(health).toMatchObject({ consecutiveFailures: 9, isFatal: false });
  });

  test('forgives at a success, and remembers when there was the first, the last and the last failure', () => {
    const story = [well, sick, well] as const;
    let health: HealthResult | undefined;
    for (const [index, outcome] of story.entries()) health = after(health, outcome, 20 + index);

    expect(health).toEqual({
      alive: true,
      consecutiveFailures: 0,
      firstSuccess: 'second 20',
      lastSuccess: 'second 22',
      lastFailure: 'second 21',
      lastFailureCause: 'it answered 503',
      isFatal: false,
    });
  });
});

describe('the time between two questions', () => {
  const first = { before: undefined, asked: 0, sinceStart: 0 };

  test('is short while failures do not count, so that a quick start looks quick', () => {
    const pauses = [0, 1, 2, 50].map((asked) => pauseBefore(check, { before: undefined, asked, sinceStart: 100 }));

    expect(pauses).toEqual([100, 150, 225, 60_000]);
  });

  test('is the interval once something counted, or the grace period is over', () => {
    const before = healthAfter(undefined, well, { check, moment: at(1) });

    expect(pauseBefore(check, { before, asked: 3, sinceStart: 500 })).toBe(60_000);
    expect(pauseBefore(check, { before: undefined, asked: 3, sinceStart: 10_000 })).toBe(60_000);
  });

  test('begins with the delay where Mesos carries the check out', () => {
    expect(pauseBefore({ ...check, protocol: 'MESOS_HTTP' }, first)).toBe(15_000);
    expect(pauseBefore({ ...check, protocol: 'COMMAND' }, first)).toBe(15_000);
  });
});

describe('the port of a health check', () => {
  const task = { app: appWith({ portDefinitions: [definedPort, definedPort] }), hostPorts: [31_001, 31_002] };

  test('is the first unless another is named by its index', () => {
    expect([checkPort({}, task), checkPort({ portIndex: 1 }, task), checkPort({ portIndex: 2 }, task)]).toEqual([
      31_001,
      31_002,
      undefined,
    ]);
  });

  test('named by its number is where that is mapped to, else that number', () => {
    const mapped = { app: imageApp('acme/web'), hostPorts: [31_005] };

    expect([checkPort({ port: 8080 }, mapped), checkPort({ port: 9090 }, mapped)]).toEqual([31_005, 9090]);
  });
});

describe('an answer', () => {
  test.each([
    [200, 'healthy'],
    [399, 'healthy'],
    [400, 'unhealthy'],
    [503, 'unhealthy'],
    [101, 'unhealthy'],
  ])('of %d is %s', (status, kind) => {
    expect(judgeStatus(status, { ignoreHttp1xx: false })).toMatchObject({ kind });
  });

  test('of 101 is none where that is to be ignored', () => {
    expect(judgeStatus(101, { ignoreHttp1xx: true })).toEqual({ kind: 'ignored' });
  });
});
