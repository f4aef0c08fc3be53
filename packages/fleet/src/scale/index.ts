export type { Scaled, ScaleReport } from './report.ts';
export type { ScaleProspect, ScaleRequest, ScaleResult } from './scale-clusters.ts';
export { scaleClusters } from './scale-clusters.ts';
