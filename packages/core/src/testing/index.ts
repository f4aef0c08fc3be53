export { ManualClock, settle } from './manual-clock.ts';
export { MemoryEnsemble, type MemoryEnsembleOptions } from './memory-ensemble.ts';
export { type MemoryOperation, MemorySession } from './memory-ensemble-session.ts';
