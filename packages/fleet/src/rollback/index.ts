export type { ApplicationReport, RollbackReport, RollbackRequest, RolledBackClusters } from './roll-back.ts';
export { rollBackClusters } from './roll-back.ts';
