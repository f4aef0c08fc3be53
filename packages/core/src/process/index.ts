export type { ProcessExit, ProcessGroup, SpawnProcess, SpawnRequest } from './process-group.ts';
export { describeExit, spawnProcess } from './process-group.ts';
export type { StopOptions, StopOutcome } from './stop-process.ts';
export { stopProcess } from './stop-process.ts';
