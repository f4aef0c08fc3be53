import { ManualClock } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { changeEnds } from '../../src/applications/change-ends.ts';
import { FakeScheduler } from '../../src/testing/index.ts';

const CHANGE = { id: 'd-1', application: 'web', version: '1' };
const never = new AbortController().signal;

describe('the end of a change', () => {
  test('is waited for until the moment that was given', async () => {
    const clock = new ManualClock();
    const scheduler = Object.assign(new FakeScheduler(), { untilDone: () => clock.sleep(5000) });
    const ended = changeEnds({ clock, scheduler, signal: never }, CHANGE, { until: clock.now() + 5001 });
    await clock.advance(5000);

    await ended;
  });

  test('that does not come by then is told, by what is awaited', async () => {
    const clock = new ManualClock();
    const scheduler = Object.assign(new FakeScheduler(), { untilDone: () => clock.sleep(5000) });
    const until = clock.now() + 4999;
    const told = [{ until }, { until, what: 'the removal of web' }].map((patience) =>
      expect(changeEnds({ clock, scheduler, signal: never }, CHANGE, patience)).rejects.toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining('what' in patience ? patience.what : 'deployment d-1'),
      }),
    );
    await clock.advance(4999);

    await Promise.all(told);
  });
});
