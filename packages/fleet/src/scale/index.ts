export type { Scaled, ScaleReport } from './report.ts';
export { scaleClusters } from './scale-clusters.ts';
