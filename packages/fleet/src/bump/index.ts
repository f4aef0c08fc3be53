export type { BumpRequest, BumpResult, UndoProspect } from './bump-clusters.ts';
export { bumpClusters } from './bump-clusters.ts';
export type { BumpWish } from './plan.ts';
export type { Bumped, BumpReport } from './report.ts';
