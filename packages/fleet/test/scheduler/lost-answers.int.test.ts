import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';

import { type Asked, json, useMarathons } from './fake-marathon.ts';

const signal = new AbortController().signal;
const options = { force: false, signal };
const CHANGE = { deploymentId: 'd-2', version: '2026-01-01T00:00:02.000Z' };
const APP = { id: '/web', instances: 3, version: '2026-01-01T00:00:01.000Z', deployments: [{ id: 'd-1' }] };
const GONE = { message: "App '/web' does not exist" };
const LOCKED = { message: 'App is locked by one or more deployments.', deployments: [{ id: 'd-1' }] };

const { marathon, schedulerAt } = useMarathons();

/** A Marathon that does what it is told first, and hangs up instead of saying so. */
function hangingUpOnce(after: (asked: Asked, response: ServerResponse) => void) {
  let isTold = false;
  return marathon((asked, response) => {
    if (asked.method === 'GET' || isTold) return after(asked, response);
    isTold = true;
    response.destroy();
  });
}

describe('of a change that was carried out, and of which no answer came,', () => {
  test('a removal is done when there is nothing to remove any more, and its end is waited for', async () => {
    const fake = await hangingUpOnce(({ path }, response) => {
      if (path === '/v2/deployments') return json(response, [{ id: 'd-1', affectedApps: ['/web'] }]);
      json(response, GONE, 404);
    });

    expect(await schedulerAt([fake.url]).delete('web', options)).toMatchObject({ id: 'd-1', application: 'web' });
  });

  test('one that nobody ever sent is none', async () => {
    const fake = await marathon((_asked, response) => json(response, GONE, 404));

    await expect(schedulerAt([fake.url]).delete('web', options)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('undoing is done when there is nothing to undo any more', async () => {
    const change = { id: 'd-0', application: 'web', version: '' };
    const fake = await hangingUpOnce(({ method }, response) =>
      method === 'GET' ? json(response, { app: APP }) : json(response, GONE, 404),
    );

    expect(await schedulerAt([fake.url]).undo(change, options)).toEqual({
      id: 'd-1',
      application: 'web',
      version: APP.version,
    });
  });

  test('a size is there, and it is our own deployment that has locked it', async () => {
    const fake = await hangingUpOnce(({ method }, response) =>
      method === 'GET' ? json(response, { app: APP }) : json(response, LOCKED, 409),
    );
    const told: string[] = [];
    const onBlocked = (change: string) => told.push(change);

    expect(await schedulerAt([fake.url]).scale('web', 3, { ...options, onBlocked })).toMatchObject({ id: 'd-1' });
    expect(told).toEqual([]);
  });

  test('where it is not as we wanted it is somebody else, who is waited for', async () => {
    let refusals = 2;
    const fake = await hangingUpOnce(({ method }, response) => {
      if (method === 'GET') return json(response, { app: APP });
      refusals -= 1;
      return refusals >= 0 ? json(response, LOCKED, 409) : json(response, CHANGE);
    });
    const told: string[] = [];
    const onBlocked = (change: string) => told.push(change);

    expect(await schedulerAt([fake.url]).scale('web', 5, { ...options, onBlocked })).toMatchObject({ id: 'd-2' });
    expect(told).toEqual(['d-1']);
  });

  test('the version is that of the application: what is asked for once more changes nothing', async () => {
    const fake = await hangingUpOnce(({ method }, response) =>
      method === 'GET' ? json(response, { app: APP }) : json(response, CHANGE),
    );

    expect(await schedulerAt([fake.url]).removeTasks('web', ['t-1'], options)).toMatchObject({ version: APP.version });
  });
});

test('the end of a change is seen though no event ever comes', async () => {
  let looks = 0;
  const fake = await marathon(({ path }, response) => {
    if (path !== '/v2/deployments')
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    looks += 1;
    json(response, looks < 3 ? [{ id: 'd-1' }] : []);
  });

  await schedulerAt([fake.url]).untilDone({ id: 'd-1', application: 'web', version: '' }, signal);
  expect(looks).toBe(3);
});

describe('why nothing is started', () => {
  const queued = (rejectSummaryLastOffers: unknown) => ({
    queue: [{ pod: {} }, { app: { id: '/web' }, processedOffersSummary: { rejectSummaryLastOffers } }],
  });

  test.each([
    [
      queued([
        { reason: 'UnfulfilledRole', declined: 0 },
        { reason: 'InsufficientMemory', declined: 4 },
      ]),
      'InsufficientMemory (4 of the last offers)',
    ],
    [queued([{ reason: 'UnfulfilledRole', declined: 0 }]), undefined],
    [{ queue: [{ app: { id: '/web' } }] }, undefined],
    [{ queue: [] }, undefined],
  ])('is what offers were declined for', async (queue, why) => {
    const fake = await marathon((_asked, response) => json(response, queue));

    expect(await schedulerAt([fake.url]).whyUnplaced('web', signal)).toBe(why);
  });

  test.each([
    ['that has none', 404, {}],
    ['that does not show it', 403, { message: 'Not Authorized' }],
    ['that shows it in its own way', 200, { queue: 'long' }],
  ])('is not known to a Marathon %s', async (_which, status, queue) => {
    const fake = await marathon((_asked, response) => json(response, queue, status));

    expect(await schedulerAt([fake.url]).whyUnplaced('web', signal)).toBeUndefined();
  });
});
