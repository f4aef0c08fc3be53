export { ENDING_SIGNALS } from './ending-signals.ts';
export type { GroupTrace } from './find-group.ts';
export { findProcessGroup } from './find-group.ts';
export type { OutputName } from './output-pipes.ts';
export type { ProcessExit, ProcessGroup, SpawnProcess, SpawnRequest } from './process-group.ts';
export { describeExit, spawnProcess } from './process-group.ts';
export { startTicksOf } from './process-table.ts';
export type { StopOptions, StopOutcome } from './stop-process.ts';
export { stopProcess } from './stop-process.ts';
