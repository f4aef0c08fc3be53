import { expect, test } from 'vitest';

import { LaunchDelays } from '../../../src/marathon/engine/launch-delays.ts';
import { definition } from './standings.ts';

test('applications that nobody has any more are forgotten', () => {
  const delays = new LaunchDelays();
  const [kept, gone] = [definition({ id: '/kept' }), definition({ id: '/gone' })];
  for (const app of [kept, gone]) delays.failed(app, 0);

  delays.keep([kept]);

  expect([kept, gone].map((app) => delays.until(app))).toEqual([1000, Number.NEGATIVE_INFINITY]);
});
