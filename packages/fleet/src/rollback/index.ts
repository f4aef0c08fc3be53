export type { ApplicationReport, RollbackReport } from './roll-back.ts';
export { rollBackClusters } from './roll-back.ts';
