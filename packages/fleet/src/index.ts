export type { Advice } from './advice.ts';
export type { Consent } from './consent.ts';
export type { Concluded, FailedTarget, FailureReport, Tally } from './tally.ts';
export { failureReport } from './tally.ts';
export type { Awaited, PodRegistry, Progress, ReadableFiles, Workplace } from './workplace.ts';
