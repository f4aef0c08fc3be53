export type { FakePod, FakeWorld } from './fake-pods.ts';
export { FakePods, fakePod } from './fake-pods.ts';
export type { FakeSchedulerOptions, Fate } from './fake-scheduler.ts';
export { FakeScheduler } from './fake-scheduler.ts';
