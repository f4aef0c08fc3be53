export type { Batch } from './batch.ts';
export { parseBatch } from './batch.ts';
export type { ClusterPattern } from './cluster-pattern.ts';
export { clusterPattern, isLiteral } from './cluster-pattern.ts';
export { nearest } from './nearest.ts';
export type { ScaleFactor } from './scale-factor.ts';
export { parseScaleFactor } from './scale-factor.ts';
