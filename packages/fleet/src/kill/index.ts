export type { Killed, KillProspect, KillReport, KillRequest } from './kill-pods.ts';
export { killPods } from './kill-pods.ts';
export type { ApplicationEnd } from './kill-tasks.ts';
