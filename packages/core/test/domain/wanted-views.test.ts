import { expect, test } from 'vitest';

import { parseRegistration } from '../../src/domain/registration.ts';
import { describeViews, wantsView } from '../../src/domain/wanted-views.ts';

const TASKS = ['check', 'on', 'off', 'ok'] as const;
const fields = { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000 } };
const wantedBy = (views: unknown) => {
  const registration = parseRegistration({ ...fields, ...(views !== undefined && { views }) });
  return TASKS.filter((task) => wantsView(registration, task));
};

test.each([
  [{ check: true, ok: true }, ['check', 'on', 'ok']],
  [{ check: true, ok: false }, ['check', 'on']],
  [{ check: false, ok: true }, ['on', 'ok']],
  [{ check: false, ok: false }, ['on']],
])('a pod that says %j is sent its view with %j', (wanted, tasks) => {
  expect(wantedBy(describeViews(wanted))).toEqual(tasks);
});

test.each([[undefined], [''], ['prod'], ['check'], ['on,check'], [3], [null], [['on']]])(
  'a pod that registers %j as its views is sent it with each request, as older agents are',
  (views) => {
    expect(wantedBy(views)).toEqual(['check', 'on', 'ok']);
  },
);
